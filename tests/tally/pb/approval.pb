META
key;value
description;Made by hand
country;Nowhere
unit;Hand
instance;approval
num_projects;4
num_votes;6
budget;100
vote_type;approval
rule;greedy
max_length;3
comment;"#1: a value with ; and ""quotes"""
PROJECTS
name;project_id;selected;cost
Trees;L18/06/XI;0;70
"Bench; ""the long one""";b;1;60
Light by the lake;c;1;30
Fountain;007;0;20
VOTES
age;vote;voter_id
31;b,c;1
45;b,L18/06/XI;2
;c,c,b;3
28;007,c;4
60;;5
19;b,L18/06/XI,c,007;6
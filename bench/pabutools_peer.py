"""What pabutools makes of a `.pb` file. Runs in bench/.venv; never imported by the app.

    pabutools_peer.py greedy|shares FILE

Ballots alike are grouped first (`as_multiprofile`), which makes both its rules faster; shares start from the plain
budget, without completion. Ties go by file order, as ours do.
"""

import json
import sys

from pabutools.election import Cost_Sat, Instance, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule


def main(rule: str, file: str) -> None:
    instance, profile = parse_pabulib(file)
    order = {project: place for place, project in enumerate(instance.project_meta)}
    ties = TieBreakingRule(lambda _instance, _profile, project: order[project])
    if rule == "greedy":
        instance = over_threshold(instance, profile)
    ballots = profile.as_multiprofile()
    count = greedy_utilitarian_welfare if rule == "greedy" else method_of_equal_shares
    print(
        json.dumps(sorted(project.name for project in count(instance, ballots, sat_class=Cost_Sat, tie_breaking=ties)))
    )


def over_threshold(instance: Instance, profile: object) -> Instance:
    """pabutools reads the threshold but has no rule that keeps it."""
    least = int(instance.meta.get("min_project_score_threshold", 0))
    kept = [project for project in instance if profile.approval_score(project) >= least]
    return Instance(kept, budget_limit=instance.budget_limit)


if __name__ == "__main__":
    main(*sys.argv[1:])

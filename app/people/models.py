"""Who there is: residents known by a key of their phone number, and staff with passwords and roles."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.models import Actor
from app.database import Id, Instant, db, one_of
from app.people.factor_rules import ENTER, PURPOSES
from app.programmes.models import Programme

COMMITTEE_ROLE = "committee"
DEPARTMENT_ROLE = "department"
STAFF_ROLE = "staff"
APPROVER_ROLE = "approver"
DESK_ROLE = "desk"
ADMIN_ROLE = "admin"
ROLES = (COMMITTEE_ROLE, DEPARTMENT_ROLE, STAFF_ROLE, APPROVER_ROLE, DESK_ROLE, ADMIN_ROLE)


class Resident(db.Model):
    """`phone_key` is an HMAC of the number. The number itself is kept only of those who propose
    and agree to be called back; the name likewise."""

    __tablename__ = "resident"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    phone_key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def actor(self) -> Actor:
        return Actor("resident", self.id)


class SignInCode(db.Model):
    """A one-time code to a phone, bound to the browser that asked for it. The code is kept as an HMAC; so are the
    number's first seven digits, `prefix_key`. What every limit counts, a message having gone or not."""

    __tablename__ = "sign_in_code"
    __table_args__ = (CheckConstraint("attempts >= 0 AND attempts <= 5", name="attempts_in_range"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    phone_key: Mapped[str] = mapped_column(String(64), index=True)
    prefix_key: Mapped[str] = mapped_column(String(64), index=True)
    browser_key: Mapped[str] = mapped_column(String(64), index=True)
    code_key: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(Instant, index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class MailAddress(db.Model):
    """Where a resident or an account wants mail, proved by a code and enciphered (`app.people.ciphers`). No more than
    one each, and none unless they gave it."""

    __tablename__ = "mail_address"
    __table_args__ = (CheckConstraint("(resident_id IS NULL) <> (account_id IS NULL)", name="one_person"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resident.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"), unique=True)
    cipher: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime] = mapped_column(Instant)


class MailCode(db.Model):
    """A one-time code to an address that somebody says is theirs, kept like those to phones, for as long as the limits
    count it."""

    __tablename__ = "mail_code"
    __table_args__ = (CheckConstraint("attempts >= 0 AND attempts <= 5", name="attempts_in_range"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64), index=True)
    address_key: Mapped[str] = mapped_column(String(64), index=True)
    code_key: Mapped[str] = mapped_column(String(64))
    cipher: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(Instant, index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Department(db.Model):
    """소관부서: who would carry a project out, and checks whether that is possible."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name_ko: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(80))


class Account(db.Model):
    """A password account, with its second factors beside it."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    roles: Mapped[list["RoleGrant"]] = relationship(back_populates="account", cascade="all, delete-orphan")

    @property
    def actor(self) -> Actor:
        return Actor("account", self.id)


class PasswordTries(db.Model):
    """Passwords tried for a login since the last right one, from browsers that are known for it and from others; and
    codes tried for an account. Logins that nobody has are counted too, so that a lock does not tell which exist; they
    are kept as an HMAC, for some type their password there."""

    __tablename__ = "password_tries"
    __table_args__ = (CheckConstraint("tries >= 1 AND tries <= 5", name="tries_in_range"),)

    login_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Instant)


class AccountSession(db.Model):
    """An account signed in on a device, as long as it lasts: the row goes when the session does. `key` is an HMAC of
    what the browser's cookie holds. Of its use the hour is kept, and no address. `proved_at`: when the second factor
    was last given; None while only the password has been, which opens nothing yet."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(60))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)

    account: Mapped[Account] = relationship()


class AuthenticatorApp(db.Model):
    """An account's secret in an app that shows codes (TOTP, RFC 6238), enciphered. `last_step` is the newest time step
    whose code was taken: no code counts twice."""

    __tablename__ = "authenticator_app"

    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(Instant)


class Passkey(db.Model):
    """A passkey (WebAuthn): its id and public key (COSE), in base64url, and the highest count that it has signed."""

    __tablename__ = "passkey"
    __table_args__ = (CheckConstraint("sign_count >= 0", name="sign_count_in_range"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(Instant)


class PasskeyChallenge(db.Model):
    """What a passkey is to sign, as an HMAC, until it is answered or over. Whose passkey is known, but for entering."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (
        one_of("purpose", PURPOSES),
        CheckConstraint(f"(purpose = '{ENTER}') = (account_id IS NULL)", name="account_unless_enter"),
    )

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8))
    account_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class RecoveryCode(db.Model):
    """A code on paper that stands for the second factor once, kept as an HMAC."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    code_key: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RoleGrant(db.Model):
    """A role in one programme. The administrator's role has no programme; an officer's has a department."""

    __tablename__ = "role_grant"
    __table_args__ = (
        one_of("role", ROLES),
        UniqueConstraint("account_id", "role", "programme_id"),
        Index(
            "uq_role_grant_admin",
            "account_id",
            unique=True,
            sqlite_where=text("role = 'admin'"),
            postgresql_where=text("role = 'admin'"),
        ),
        CheckConstraint("(role = 'admin') = (programme_id IS NULL)", name="programme_unless_admin"),
        CheckConstraint("(role = 'department') = (department_id IS NOT NULL)", name="department_of_officer"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    programme_id: Mapped[int | None] = mapped_column(Id, ForeignKey("programme.id"))
    department_id: Mapped[int | None] = mapped_column(Id, ForeignKey("department.id"))

    account: Mapped[Account] = relationship(back_populates="roles")
    programme: Mapped[Programme | None] = relationship()
    department: Mapped[Department | None] = relationship()

"""Why a change is refused; each error names the type, the field and the value."""

from __future__ import annotations

from graph.errors import ConflictError, InputError, LimitError, UnavailableError


class UnknownTypeError(InputError):
    """No declared type has this name."""

    code = "UNKNOWN_TYPE"
    text = "There is no type {type!r} that can be written."
    hint = "Known types: {known}."


class UnknownFieldError(InputError):
    """The type has no field of this name that clients may write."""

    code = "UNKNOWN_FIELD"
    text = "{type} has no field {field!r} that can be written."
    hint = "Its fields: {known}."


class MissingValueError(InputError):
    """A field that needs a value has none."""

    code = "MISSING_VALUE"
    text = "{type}.{field} needs a value."
    hint = "Give a value that is not empty."


class FieldValueError(InputError):
    """A value is not of the form that its field asks for."""

    code = "BAD_FIELD_VALUE"
    text = "{type}.{field}: {value!r} is not {expected}."
    hint = "For example: {example}."


class UnknownReferenceError(InputError):
    """A reference names a node that is not there."""

    code = "UNKNOWN_REFERENCE"
    text = "{type}.{field} names {value!r}, which is not there."
    hint = "Write that node first, or check its id or key."


class WrongTypeError(InputError):
    """A name leads to a node of another type than the field or change asks for."""

    code = "WRONG_TYPE"
    text = "{type}.{field} asks for {expected}; {value!r} is {actual}."
    hint = "Name a node of the right type."


class BadKeyError(InputError):
    """An external key is not of the form source:kind:key."""

    code = "BAD_KEY"
    text = "{value!r} is neither an id nor an external key."
    hint = "An external key has colons between source, kind and key: northwind:customer:ALFKI."


class NotFoundError(InputError):
    """What should be changed is not there."""

    code = "NOT_FOUND"
    text = "There is no {type} {value!r}."
    hint = "Check the id or key; it may have been removed."


class PeriodError(InputError):
    """A fact would end before it begins."""

    code = "BAD_PERIOD"
    text = "{type} would end at {until}, before it begins at {since}."
    hint = "Give an end that is not before the beginning."


class BadMoveError(ConflictError):
    """A value may not follow the one that holds now."""

    code = "BAD_MOVE"
    text = "{type}.{field} cannot move from {before} to {after}."
    hint = "From {before} it can move to: {allowed}."


class VersionConflictError(ConflictError):
    """Somebody else has changed the node since it was read."""

    code = "VERSION_CONFLICT"
    text = "{type} {id} has version {actual}, not {expected}."
    hint = "Read it again and repeat the change on what you see."


class ValueTakenError(ConflictError):
    """Another node has a value that must be unique."""

    code = "VALUE_TAKEN"
    text = "Another {type} has the {field} {value!r} already."
    hint = "Use that one, or give another value."


class NotPreparedError(UnavailableError):
    """The database lacks what writing needs."""

    code = "NOT_PREPARED"
    text = "The database is not prepared for writing: its counter of events is missing."
    hint = "Run customer-graph migrate."
    retryable = False


class GoneError(ConflictError):
    """A node that a change names was removed while the change was written."""

    code = "GONE"
    text = "A node that the change names was removed meanwhile."
    hint = "Send the change again; the answer then names the node."
    retryable = True


class CycleError(ConflictError):
    """An acyclic relationship would lead back to where it starts."""

    code = "CYCLE"
    text = "{type} from {source} to {target} would close a circle."
    hint = "End the relationship that leads back, or choose another target."


class SelfRelationError(InputError):
    """A relationship would lead from a node to itself."""

    code = "SELF_RELATION"
    text = "{type} cannot lead from {value!r} to itself."
    hint = "Name two different nodes."


class RelatedAlreadyError(ConflictError):
    """A relationship of this type between the two begins at the same time already."""

    code = "RELATED_ALREADY"
    text = "{type} {id} leads between the same two since {since} already."
    hint = "Change that one, or give another beginning."


class InUseError(ConflictError):
    """A node cannot be deleted while others refer to it."""

    code = "IN_USE"
    text = "{type} {id} is used by {relationship} of {other}."
    hint = "Change or delete what uses it first."


class RuleBrokenError(ConflictError):
    """A change would break a rule of the domain: node `id` breaks it, with `other`."""

    code = "RULE_BROKEN"
    text = "{type} {id} would break a rule with {other}."


class AlreadyOpenError(RuleBrokenError):
    """A fact like this is open already: a role between the same parties, the same contact point of a party."""

    code = "ALREADY_OPEN"
    text = "{type} {other} is open already and says the same."
    hint = "Change that one, or end it first."


class CircleError(RuleBrokenError):
    """A role would lead its party back to itself, alone or over others."""

    code = "CIRCLE"
    text = "{type} {id} would lead {other} back to itself."
    hint = "Choose another party, or end the role that leads back."


class NotOfferedError(RuleBrokenError):
    """The seller does not offer the product at the time of the purchase."""

    code = "NOT_OFFERED"
    text = "The seller does not offer product {other} at the time of the purchase."
    hint = "Choose another product or time, make an offer first, or send allow: [NOT_OFFERED]."


class RefundTooLargeError(RuleBrokenError):
    """The refunds of a line would be more than its amount."""

    code = "REFUND_TOO_LARGE"
    text = "The refunds of line {other} would be more than its amount."
    hint = "Refund no more than what is left of the line."


class NotPositiveError(RuleBrokenError):
    """An amount that must be more than nothing is not."""

    code = "NOT_POSITIVE"
    text = "{type}.{other} must be more than 0."
    hint = "Give an amount above 0."


class BadProgrammeError(RuleBrokenError):
    """A referral programme has no level, more than ten, fewer than its rules are for, or figures that make no sense."""

    code = "BAD_PROGRAMME"
    text = "{type}.{other} is out of its range."
    hint = (
        "A programme has 1 to 10 levels, as many as it has rules for; windowDays is at least 1, least above 0, holdDays"
        " 0 or more, payoutDay from 1 to 28, or null."
    )


class BadRewardRuleError(RuleBrokenError):
    """A reward rule is for a level that its programme has not, or its figures do not fit its kind."""

    code = "BAD_REWARD_RULE"
    text = "{type}.{other} does not fit."
    hint = (
        "The level is one of the programme's; FIXED has an amount above 0 and no percent, PERCENT a percent above 0 and"
        " up to 100 and no amount; caps are above 0."
    )


class ProgrammeClosedError(RuleBrokenError):
    """A referral is from a time when its programme took none."""

    code = "PROGRAMME_CLOSED"
    text = "Programme {other} takes no referrals at the time of this one."
    hint = "Choose a programme that is open, or the time at which the referral was made."


class CodeNotValidError(RuleBrokenError):
    """A referral uses a code that does not count for it."""

    code = "CODE_NOT_VALID"
    text = "Code {other} does not count for this referral."
    hint = "A code counts in its programme, for its owner, while it is open and as often as it may be used."


class RewardNotDueError(RuleBrokenError):
    """A reward is to be approved before it may be."""

    code = "REWARD_NOT_DUE"
    text = "{type} {id} cannot be approved yet: {other}."
    hint = "Wait until the programme's days are over, and until nobody has to look at the referral any more."


class TooManyRewardsError(LimitError):
    """One change would concern the rewards of more purchases than one transaction may work out."""

    code = "TOO_MANY_REWARDS"
    text = "The change concerns the rewards of {actual} purchases; at most {limit} are worked out at once."
    hint = "Change fewer at once; a referral with more below it is taken back by voidReferral, step by step."

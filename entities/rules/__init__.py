"""Pure rules of the register: identifiers, dates, phones, grading. No Django, no clock, no I/O."""

from entities.rules.grading import GradeVerdict, GradingFacts, GradingRuleRow, grade_by_rules
from entities.rules.identifiers import (
    SMALL_CATEGORIES,
    SMALL_WORDS,
    LicenceNumber,
    credit_code_problem,
    is_small_business,
    licence_area,
    licence_check,
    read_licence,
)
from jiamusi_foodsafety.kit.codes import (
    credit_code_check,
    looks_like_id_card,
    mask_id_cards,
    normalise_code,
)
from jiamusi_foodsafety.kit.dates import (
    PERMANENT_WORDS,
    date_from_serial,
    is_permanent,
    parse_date,
)
from jiamusi_foodsafety.kit.phones import (
    main_cadre,
    mask_numbers,
    mask_phone,
    numbers_in,
    split_phones,
    unmask_numbers,
)

__all__ = [
    "PERMANENT_WORDS",
    "SMALL_CATEGORIES",
    "SMALL_WORDS",
    "GradeVerdict",
    "GradingFacts",
    "GradingRuleRow",
    "LicenceNumber",
    "credit_code_check",
    "credit_code_problem",
    "date_from_serial",
    "grade_by_rules",
    "is_permanent",
    "is_small_business",
    "licence_area",
    "licence_check",
    "looks_like_id_card",
    "main_cadre",
    "mask_id_cards",
    "mask_numbers",
    "mask_phone",
    "normalise_code",
    "numbers_in",
    "parse_date",
    "read_licence",
    "split_phones",
    "unmask_numbers",
]

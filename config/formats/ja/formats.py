"""Dates as the readers know them: 2020年10月03日, with the leading zero that Django's own format drops."""

DATE_FORMAT = "Y年m月d日"
DATETIME_FORMAT = "Y年m月d日 H:i"
YEAR_MONTH_FORMAT = "Y年n月"
TIME_FORMAT = "H:i"

# The first is what the admin's calendar writes.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]

# Django names the comma but not after how many digits.
NUMBER_GROUPING = 3

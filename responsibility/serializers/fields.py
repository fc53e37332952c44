"""Fields of requests whose refusal says what to write instead."""

from rest_framework import serializers

CODE = "^[0-9A-Za-z]{4,12}$"
MANY = 12


class AreaCodeField(serializers.RegexField):
    """The code of an area."""

    default_error_messages = {
        "invalid": "区划代码读不懂。请写 4、6、9 或 12 位代码，如 2308、230882。"
    }

    def __init__(self, **kwargs):
        super().__init__(CODE, **kwargs)


class OneOfField(serializers.ChoiceField):
    """One of some values; a wrong one is told which there are."""

    default_error_messages = {"invalid_choice": "没有“{input}”这个值。可写：{values}。"}

    def fail(self, key, **kwargs):
        values = [value for value in self.choices if value]
        told = "、".join(map(str, values[:MANY])) + ("等" if len(values) > MANY else "")
        super().fail(key, values=told, **kwargs)

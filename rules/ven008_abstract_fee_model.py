from collections.abc import Iterator

import libcst as cst

from lintkit.rule import Example, Finding, Program, PythonSource, Rule, Severity


class AbstractFeeModel(Rule):
    """Fee model that cannot charge a fee.

    `FeeModel` is only the base class. Calling it raises nothing and its arguments are ignored; the backtest dies
    with NotImplementedError at its first fill, or, where no order ever fills, reports results without fees. The
    same holds for a subclass that does not define `get_commission`. `MakerTakerFeeModel` takes no rates: it reads
    `maker_fee` and `taker_fee` of the instrument, which are zero unless they are set there.

    Use `MakerTakerFeeModel()` and put the rates on the instrument, or `FixedFeeModel` or `PerContractFeeModel`.
    """

    id = "VEN008"
    name = "abstract-fee-model"
    severity = Severity.ERROR
    since = "0.1.0"
    mentions = frozenset({"FeeModel", "MakerTakerFeeModel"})

    invalid = [
        Example(
            "rates given to the base class",
            """
            from decimal import Decimal
            from nautilus_trader.backtest.models import FeeModel

            fees = FeeModel(maker_fee=Decimal("0.0002"), taker_fee=Decimal("0.0005"))  # !
            """,
        ),
        Example(
            "under an alias, re-exported by a project module",
            """
            from models import Fees

            def venue(engine):
                engine.add_venue(fee_model=Fees(), latency_model=engine.latency)  # !
            # --- models.py
            from nautilus_trader.backtest.models.fee import FeeModel as Fees
            """,
        ),
        Example(
            "a subclass that forgets the one method",
            """
            from nautilus_trader.backtest.models import FeeModel

            class Rebate(FeeModel):
                def commission(self, order, fill_qty, fill_px, instrument):
                    return None

            fees = Rebate()  # !
            """,
        ),
        Example(
            "rates given to the model that reads them from the instrument",
            """
            import nautilus_trader.backtest.models as models

            fees = models.MakerTakerFeeModel(maker_fee=0.0002, taker_fee=0.0005)  # !
            """,
        ),
    ]
    valid = [
        Example(
            "the models that do charge",
            """
            from nautilus_trader.backtest.models import FixedFeeModel, MakerTakerFeeModel
            from nautilus_trader.model.objects import Money

            fees = [MakerTakerFeeModel(), FixedFeeModel(Money.from_str("2 USD"))]
            """,
        ),
        Example(
            "a subclass that defines get_commission",
            """
            from nautilus_trader.backtest.models import FeeModel

            class Rebate(FeeModel):
                def get_commission(self, order, fill_qty, fill_px, instrument):
                    return self.rate(fill_px)

            fees = Rebate()
            """,
        ),
        Example(
            "get_commission comes from a mixin",
            """
            from nautilus_trader.backtest.models import FeeModel

            class Flat:
                def get_commission(self, order, fill_qty, fill_px, instrument):
                    return self.flat

            class Rebate(Flat, FeeModel):
                pass

            fees = Rebate()
            """,
        ),
        Example(
            "a class of the project with the same name",
            """
            class FeeModel:
                pass

            fees = FeeModel()
            """,
        ),
    ]

    def check_python(self, source: PythonSource, program: Program) -> Iterator[Finding]:
        for call in source.find(cst.Call):
            symbol = program.names.resolve(source, call.func)
            if symbol is None:
                continue
            own = program.classes.named(symbol)
            if own is not None:
                abstract = own.derives_from("FeeModel") and not own.has_unknown_base
                if abstract and own.method("get_commission") is None and _only_fee_model(own.all_external):
                    yield self.finding(
                        source,
                        call,
                        f"`{own.name}` does not define `get_commission`, so the backtest dies with NotImplementedError"
                        " at its first fill: define it, or use `MakerTakerFeeModel()` with the rates on the instrument",
                    )
            elif symbol.source is None:
                yield from self._theirs(source, call, symbol.name)

    def _theirs(self, source: PythonSource, call: cst.Call, name: str) -> Iterator[Finding]:
        if not name.startswith("nautilus_trader."):
            return
        short = name.rpartition(".")[2]
        if short == "FeeModel":
            ignored = " and ignores the rates that it is given" if call.args else ""
            message = (
                f"`FeeModel` is the abstract base{ignored}, so the backtest dies with NotImplementedError at its first"
                " fill: use `MakerTakerFeeModel()` and set `maker_fee` and `taker_fee` on the instrument"
            )
            fix = self.calling(source, call, _MODULE, _CHARGES, f"use `{_CHARGES}`", safe=False, form="{}()")
            yield self.finding(source, call, message, fix=fix)
        elif short == "MakerTakerFeeModel" and any(a.keyword and a.keyword.value in _RATES for a in call.args):
            yield self.finding(
                source,
                call,
                "`MakerTakerFeeModel` takes no rates and raises TypeError: set `maker_fee` and `taker_fee` on the"
                " instrument and call it without arguments",
            )


_RATES = {"maker_fee", "taker_fee"}
_MODULE, _CHARGES = "nautilus_trader.backtest.models", "MakerTakerFeeModel"


def _only_fee_model(external: frozenset[str]) -> bool:
    """Another base from outside may bring `get_commission` along."""
    return all(name.rpartition(".")[2] in {"FeeModel", "ABC", "object"} for name in external)

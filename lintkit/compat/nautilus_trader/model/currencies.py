"""The currencies that NautilusTrader knows by name, and the registry of all of them.

Facts taken from the running package: code, decimals, ISO 4217 number, name, kind.
"""

from typing import Final

from lintkit._engine import Currency
from nautilus_trader import _refuse
from nautilus_trader.model.enums import CurrencyType

_FIAT: Final = CurrencyType.FIAT
_CRYPTO: Final = CurrencyType.CRYPTO
_METAL: Final = CurrencyType.COMMODITY_BACKED


def _known(code: str, precision: int, iso4217: int, name: str, kind: CurrencyType) -> Currency:
    currency = Currency(code, precision, iso4217, name, kind)
    Currency.register(currency)
    return currency


def register_currency(currency: Currency, overwrite: bool = False) -> None:
    Currency.register(currency, overwrite)


AUD = _known("AUD", 2, 36, "Australian dollar", _FIAT)
BRL = _known("BRL", 2, 986, "Brazilian real", _FIAT)
CAD = _known("CAD", 2, 124, "Canadian dollar", _FIAT)
CHF = _known("CHF", 2, 756, "Swiss franc", _FIAT)
CNY = _known("CNY", 2, 156, "Chinese yuan", _FIAT)
CNH = _known("CNH", 2, 0, "Chinese yuan (offshore)", _FIAT)
CZK = _known("CZK", 2, 203, "Czech koruna", _FIAT)
DKK = _known("DKK", 2, 208, "Danish krone", _FIAT)
EUR = _known("EUR", 2, 978, "Euro", _FIAT)
GBP = _known("GBP", 2, 826, "British Pound", _FIAT)
HKD = _known("HKD", 2, 344, "Hong Kong dollar", _FIAT)
HUF = _known("HUF", 2, 348, "Hungarian forint", _FIAT)
ILS = _known("ILS", 2, 376, "Israeli new shekel", _FIAT)
INR = _known("INR", 2, 356, "Indian rupee", _FIAT)
JPY = _known("JPY", 0, 392, "Japanese yen", _FIAT)
KRW = _known("KRW", 0, 410, "South Korean won", _FIAT)
MXN = _known("MXN", 2, 484, "Mexican peso", _FIAT)
NOK = _known("NOK", 2, 578, "Norwegian krone", _FIAT)
NZD = _known("NZD", 2, 554, "New Zealand dollar", _FIAT)
PLN = _known("PLN", 2, 985, "Polish złoty", _FIAT)
RUB = _known("RUB", 2, 643, "Russian ruble", _FIAT)
SAR = _known("SAR", 2, 682, "Saudi riyal", _FIAT)
SEK = _known("SEK", 2, 752, "Swedish krona", _FIAT)
SGD = _known("SGD", 2, 702, "Singapore dollar", _FIAT)
THB = _known("THB", 2, 764, "Thai baht", _FIAT)
TRY = _known("TRY", 2, 949, "Turkish lira", _FIAT)
USD = _known("USD", 2, 840, "United States dollar", _FIAT)
XAG = _known("XAG", 2, 961, "Silver (one troy ounce)", _METAL)
XAU = _known("XAU", 2, 959, "Gold (one troy ounce)", _METAL)
ZAR = _known("ZAR", 2, 710, "South African rand", _FIAT)
AAVE = _known("AAVE", 8, 0, "Aave", _CRYPTO)
ACA = _known("ACA", 8, 0, "Acala Token", _CRYPTO)
ADA = _known("ADA", 6, 0, "Cardano", _CRYPTO)
ARB = _known("ARB", 8, 0, "Arbitrum", _CRYPTO)
AVAX = _known("AVAX", 8, 0, "Avalanche", _CRYPTO)
BCH = _known("BCH", 8, 0, "Bitcoin Cash", _CRYPTO)
BIO = _known("BIO", 8, 0, "BioPassport", _CRYPTO)
BTTC = _known("BTTC", 8, 0, "BitTorrent", _CRYPTO)
BNB = _known("BNB", 8, 0, "Binance Coin", _CRYPTO)
BRZ = _known("BRZ", 8, 0, "Brazilian Digital Token", _CRYPTO)
BSV = _known("BSV", 8, 0, "Bitcoin SV", _CRYPTO)
BTC = _known("BTC", 8, 0, "Bitcoin", _CRYPTO)
BUSD = _known("BUSD", 8, 0, "Binance USD", _CRYPTO)
XBT = _known("XBT", 8, 0, "Bitcoin", _CRYPTO)
CRV = _known("CRV", 8, 0, "Curve DAO Token", _CRYPTO)
DASH = _known("DASH", 8, 0, "Dash", _CRYPTO)
DOGE = _known("DOGE", 8, 0, "Dogecoin", _CRYPTO)
DOT = _known("DOT", 8, 0, "Polkadot", _CRYPTO)
ENA = _known("ENA", 8, 0, "Ethena", _CRYPTO)
EOS = _known("EOS", 8, 0, "EOS", _CRYPTO)
ETH = _known("ETH", 8, 0, "Ethereum", _CRYPTO)
ETHW = _known("ETHW", 8, 0, "EthereumPoW", _CRYPTO)
FDUSD = _known("FDUSD", 8, 0, "First Digital USD", _CRYPTO)
HYPE = _known("HYPE", 8, 0, "Hyperliquid", _CRYPTO)
JOE = _known("JOE", 8, 0, "JOE", _CRYPTO)
LINK = _known("LINK", 8, 0, "Chainlink", _CRYPTO)
LTC = _known("LTC", 8, 0, "Litecoin", _CRYPTO)
LUNA = _known("LUNA", 8, 0, "Terra", _CRYPTO)
NBT = _known("NBT", 8, 0, "NanoByte Token", _CRYPTO)
PROVE = _known("PROVE", 8, 0, "Prove AI", _CRYPTO)
SOL = _known("SOL", 8, 0, "Solana", _CRYPTO)
SUI = _known("SUI", 8, 0, "Sui", _CRYPTO)
TRX = _known("TRX", 8, 0, "TRON", _CRYPTO)
TRYB = _known("TRYB", 8, 0, "BiLira", _CRYPTO)
TUSD = _known("TUSD", 8, 0, "TrueUSD", _CRYPTO)
UNI = _known("UNI", 8, 0, "Uniswap", _CRYPTO)
VTC = _known("VTC", 8, 0, "Vertcoin", _CRYPTO)
XLM = _known("XLM", 8, 0, "Stellar Lumen", _CRYPTO)
XMR = _known("XMR", 8, 0, "Monero", _CRYPTO)
XRP = _known("XRP", 6, 0, "XRP", _CRYPTO)
XTZ = _known("XTZ", 6, 0, "Tezos", _CRYPTO)
USDC = _known("USDC", 8, 0, "USD Coin", _CRYPTO)
USDC_POS = _known("USDC.e", 6, 0, "USD Coin (PoS)", _CRYPTO)
USDP = _known("USDP", 8, 0, "Pax Dollar", _CRYPTO)
pUSD = _known("pUSD", 6, 0, "Polymarket USD", _CRYPTO)
USDT = _known("USDT", 8, 0, "Tether", _CRYPTO)
WSB = _known("WSB", 8, 0, "WallStreetBets DApp", _CRYPTO)
XEC = _known("XEC", 8, 0, "eCash", _CRYPTO)
ZEC = _known("ZEC", 8, 0, "Zcash", _CRYPTO)

__getattr__ = _refuse.unknown(__name__)

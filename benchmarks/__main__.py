"""`python -m benchmarks`: run the measurements and print their ratios."""

import argparse

from benchmarks import cards, notices, redeem, reports, till


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--transactions", type=int, default=1500, help="per worker and repetition")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--profile", action="store_true", help="say where our own time goes")
    only = ["reports", "cards"]
    parser.add_argument("only", nargs="?", choices=only, help="take minutes; else the rest")
    options = parser.parse_args()
    print(
        f"python -m benchmarks --database {options.database} --transactions "
        f"{options.transactions} --repetitions {options.repetitions} --seed {options.seed}"
    )
    if options.only == "reports":
        reports.measure(options)
        return
    if options.only == "cards":
        cards.measure(options)
        return
    redeem.measure(options)
    till.measure(options)
    notices.measure(options)


if __name__ == "__main__":
    main()

"""Check a file of `flask ledger export` without the application: python3 verify_ledger.py FILE.

More arguments are heads printed on notices and reports, each as 410482100203-12:3f8a09c1d2e4b5a6.
Needs Python 3.8 or newer and nothing else; ends with 1 and names the first row that is wrong.
"""

# ruff: noqa: B905, D103, T201 - short, and for Python 3.8
import hashlib
import json
import sys

write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
where, accounts = "the file", {}
loose = {}  # by account, place, balance: ends of lines (1) and beginnings (-1) that do not meet


def need(true, what):
    if not true:
        sys.exit(f"WRONG {where}: {what}")


def meet(account, place, balance, way):
    if count := loose.pop((account, place, balance), 0) + way:
        loose[account, place, balance] = count


def check_entry(head, books, journal, left):  # left: what may be taken back of those before it
    number, kind, reverses = head[1], head[2], head[8]
    need(any(books) and (kind == "reversal") == (reverses is not None), "it moves nothing")
    for book, lines in zip(("points", "stock", "money"), books):
        need(book == "stock" or sum(line[2] for line in lines) == 0, f"{book} do not sum to zero")
        for count, (position, holder, moved, after, place, *_, back) in enumerate(lines, 1):
            account, line = (book, holder), f"{book} line {count}"
            need(account in accounts and position == count and moved, f"{line} is out of place")
            accounts[account]["lines"] -= 1
            if holder > 0:  # a household, a lot, a fund: they keep a balance, never below zero
                need(after * (-1) ** (accounts[account]["kind"] == "debt") >= 0, f"{line}: {after}")
                need(left.get(account, 0) < place, f"{line} comes before an earlier one")
                left[account] = place
                meet(account, place - 1, after - moved, -1)
                meet(account, place, after, 1)
            if reverses is None:
                left[number, book, position] = [account, moved, moved]
            else:
                of = left.get((reverses - journal * 10**9, book, back), [None, 0, 0])
                of[2] += moved
                fits = of[0] == account and of[1] * moved < 0 <= of[1] * of[2]
                need(fits, f"{line} takes back too much, or what is not there")


def check(file, printed):
    global where
    digest, told, journal, left, number, last = hashlib.sha256(), {}, {}, {}, 0, ""
    for row, raw in enumerate(file, 1):
        where, it = f"row {row}", json.loads(raw)
        need("end" not in told and raw.decode() == write(it) + "\n", "not as it was written")
        if row == 1:
            told = it
            need(told["format"] == "爱心超市台账 1", "another format")
        elif "account" in it:
            account, keeps = tuple(it["account"]), it["account"][1] > 0
            need(keeps == (it["kind"] in ("household", "debt", "lot", "fund")), "the wrong kind")
            need(not journal and account not in accounts, "told twice")
            accounts[account] = it
            if keeps:
                meet(account, 0, 0, 1)
                meet(account, it["lines"] + it["elsewhere"], it["balance"], -1)
        elif "entry" in it:
            (head, *books), number = it["entry"], number + 1
            where += f" ({journal['journal']}-{head[1]})"
            follows = (head[0], head[1], head[11]) == (journal["journal"], number, last)
            need(follows, "it does not follow the entry before it")
            last = hashlib.sha256(write(it["entry"]).encode()).hexdigest()
            need(last == it["hash"], "its content is not what was hashed")
            known = printed.pop(f"{journal['journal']}-{number}", last)
            need(len(known) >= 16 and last.startswith(known), f"{known} was printed")
            need(left.setdefault(head[6], number) == number, "the same request twice")
            check_entry(head, books, journal["id"], left)
            told["entries"] -= 1
        else:
            whole = not journal or (number, last) == (journal["entries"], journal["head"])
            need(whole, "the journal before it does not end with its head")
            if "end" in it:
                need(it["end"] == digest.hexdigest(), "the file was changed after it was written")
                told.update(it)
            else:
                need(journal.get("journal", "") < it["journal"], "journals are not in order")
                journal, left, number, last = it, {}, 0, "0" * 64
                told["journals"] -= 1
                print(f"{it['journal']}-{it['entries']} {it['head']}")
        digest.update(raw)
    need("end" in told, "the file is cut off")
    need(not told["journals"] and not told["entries"], "journals or entries are missing")
    need(not any(one["lines"] for one in accounts.values()), "lines are missing")
    partly = sum(one["elsewhere"] not in (0, None) for one in accounts.values())
    for (account, place, balance), count in loose.items():
        accounts[account]["elsewhere"] -= max(count, 0)
        need(accounts[account]["elsewhere"] >= 0, f"{account}: {balance} at {place} leads nowhere")
    need(not printed, f"printed heads are not in it: {printed}")
    print(f"OK: compare the heads; {partly} accounts have lines in journals that are not in it")


try:
    with open(sys.argv[1], "rb") as opened:
        check(opened, dict(one.split(":") for one in sys.argv[2:]))
except (LookupError, ValueError, TypeError, AttributeError, OSError, RecursionError) as error:
    sys.exit(f"WRONG {where}: cannot be read: {error!r}")

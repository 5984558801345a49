"""Check a file of `flask ledger export` without the application: python3 verify_ledger.py FILE.

More arguments are heads printed on notices and reports, each as 410482100203-12:3f8a09c1d2e4b5a6.
Needs Python 3.8 or newer and nothing else; ends with 1 and names the first row that is wrong.
"""

import hashlib
import json
import sys

BOOKS = ("points", "stock", "money")
write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
where, accounts = "the file", {}
#: What stands before and after each line; the next line of the account takes it up again.
loose = {}


def need(true: object, what: str) -> None:
    """End at what is not true."""
    if not true:
        sys.exit(f"WRONG {where}: {what}")


def meet(account: tuple, place: int, balance: int) -> None:
    """Let a line end where the next one of its account begins."""
    if loose.pop((account, place, balance), None) is None:
        loose[account, place, balance] = where


def check_entry(entry: list, journal: int, left: dict) -> None:
    """Check the lines of an entry; ``left`` says what may still be taken back of earlier ones."""
    number, kind, reverses = entry[0][1], entry[0][2], entry[0][8]
    need(any(entry[1:]) and (kind == "reversal") == (reverses is not None), "it moves nothing")
    for book, lines in zip(BOOKS, entry[1:]):  # noqa: B905 - strict= needs Python 3.10
        need(book == "stock" or sum(x[2] for x in lines) == 0, f"{book} do not sum to zero")
        for count, (position, holder, moved, after, place, *_, back) in enumerate(lines, 1):
            account = (book, holder)
            one, line = accounts[account], f"{book} line {count}"
            need(position == count and moved != 0, f"{line} is out of place")
            one["seen"] = one.get("seen", 0) + 1
            if holder > 0:  # a household, a lot, a fund: those that can run out
                owed = one["kind"] == "debt"
                need(after <= 0 if owed else after >= 0, f"{line} leaves {after}")
                meet(account, place - 1, after - moved)
                meet(account, place, after)
            if reverses is None:
                left[number, book, position] = [account, moved, moved]
            else:
                of = left.get((reverses - journal * 10**9, book, back), [None, 0, 0])
                of[2] += moved
                need(of[0] == account, f"{line} takes back what is not there")
                need(of[1] * moved < 0 <= of[1] * of[2], f"{line} takes back too much")


def check(file: object, printed: dict) -> None:
    """Read the file row by row, one journal after the other."""
    global where
    digest, told, journal, done = hashlib.sha256(), {}, {}, False
    number, head = top = 0, ""
    for row, raw in enumerate(file, 1):
        where = f"row {row}"
        it = json.loads(raw)
        need(not done and raw.decode() == write(it) + "\n", "not as it was written")
        if row == 1:
            need(it["format"] == "爱心超市台账 1", "another format")
            told = it
        elif "account" in it:
            need(not journal and tuple(it["account"]) not in accounts, "told twice")
            accounts[tuple(it["account"])] = it
        elif "journal" in it:
            need((number, head) == top, "the journal before it does not end with its head")
            need(it["journal"] > journal.get("journal", ""), "journals are not in order")
            journal, number, head, left = it, 0, "0" * 64, {}
            top = (it["entries"], it["head"])
            told["journals"] -= 1
            sys.stdout.write(f"{it['journal']}-{it['entries']} {it['head']}\n")
        elif "entry" in it:
            entry, number = it["entry"], number + 1
            where += f" ({journal['journal']}-{entry[0][1]})"
            need(entry[0][:2] == [journal["journal"], number], f"expected number {number}")
            need(entry[0][11] == head, "does not follow the hash of the entry before it")
            head = hashlib.sha256(write(entry).encode()).hexdigest()
            need(head == it["hash"], "its content is not what was hashed")
            known = printed.pop(f"{journal['journal']}-{number}", head)
            need(len(known) >= 16 and head.startswith(known), f"{known} was printed")
            check_entry(entry, journal["id"], left)
            told["entries"] -= 1
        else:
            done = it == {"end": digest.hexdigest()}
            need(done, "the file was changed after it was written")
        digest.update(raw)
    need(done, "the file is cut off")
    need((number, head) == top, "the last journal does not end with its head")
    need((told["journals"], told["entries"]) == (0, 0), "journals or entries are missing")
    for account, one in accounts.items():
        where = f"{account} of {one['owner']}"
        need(one.get("seen", 0) == one["lines"], "lines are missing")
        if account[1] > 0 and one["elsewhere"] == 0:
            meet(account, 0, 0)
            meet(account, one["lines"], one["balance"])
    for (account, place, balance), found in loose.items():
        where = found
        need(accounts[account]["elsewhere"], f"{account}: {balance} at place {place} leads nowhere")
    where = "the file"
    need(not printed, f"printed heads are not in it: {printed}")


if __name__ == "__main__":
    try:
        with open(sys.argv[1], "rb") as opened:
            check(opened, dict(one.split(":") for one in sys.argv[2:]))
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        sys.exit(f"WRONG {where}: cannot be read: {error!r}")
    sys.stdout.write("OK: compare the heads above with the printed ones\n")

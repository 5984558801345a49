"""The last weeks of the home village: everything the process knows, some of it half done."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from supermarket import clock
from supermarket.awards import queries as award_queries
from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationSource, Verdict
from supermarket.awards.service import AwardAsk, Judgement
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.deductions import service as deductions
from supermarket.demo.service import means, shop_weeks
from supermarket.demo.service import village as here
from supermarket.demo.service.history import Event
from supermarket.demo.service.places import HOME_VILLAGE
from supermarket.honours import service as honours
from supermarket.honours.models import HonourLevel
from supermarket.honours.service import HonourAsk
from supermarket.household_events import service as household_events
from supermarket.household_events.models import EventKind
from supermarket.household_events.service import Proposal
from supermarket.households.models import Household
from supermarket.households.queries import balance
from supermarket.notices import queries as notice_queries
from supermarket.notices import service as notices
from supermarket.notices.models import ObjectionChannel, ObjectionState
from supermarket.rounds import service as rounds
from supermarket.rounds.models import Round, RoundKind
from supermarket.rounds.service import GradeAsk, RoundAsk
from supermarket.staff.models import Permission, Scope, StaffMember

HOME = Scope((HOME_VILLAGE,), ())
#: Days before the first visitor that the story begins.
BEGINS = 84
YARDS = (GradeAsk("清洁", "C01"), GradeAsk("较清洁", "C02"), GradeAsk("不清洁"))
SORTING = (GradeAsk("合格", "C06"), GradeAsk("要改进"))


class Month:
    """The events of the home village, to be made in their order among everybody else's."""

    def __init__(self, until: date, chance: Random, memory_kib: int) -> None:
        """``until`` is the last day; ``chance`` is its own, so that the county's stays."""
        self.village = here.people_it(chance)
        self.memory_kib = memory_kib
        #: Codes of what later steps come back to.
        self.codes: dict[str, str] = {}
        self.events = [
            Event(_moment(until, ago, hour), work) for ago, hour, work in self._calendar(until.year)
        ]

    def until(self, day: date) -> None:
        """Make what happened until the evening of a day, each in a transaction of its own."""
        while self.events and clock.local(self.events[0].moment).date() <= day:
            event = self.events.pop(0)
            with clock.at(event.moment), transaction():
                event.work()

    def _calendar(self, year: int) -> list[tuple[int, int, Callable[[], object]]]:
        """Return what happens how many days before the last, at which hour."""
        return [
            (80, 19, lambda: means.agree({today().year, year})),
            (78, 19, means.give_money),
            (76, 19, self.honour),
            (70, 19, means.buy),
            (60, 19, lambda: here.set_pin(self.village, self.memory_kib)),
            (44, 19, lambda: self.inspect("上月庭院检查", careless=3)),
            (40, 19, lambda: self.meet("first", "评议 4 人到会，逐户核对照片和检查表。")),
            (39, 19, lambda: self.announce("first")),
            (38, 19, lambda: self.doubt("first", 2, "她家那天院里堆着柴草")),
            (37, 19, lambda: self.answer("first")),
            (35, 20, lambda: self.close("first")),
            (30, 19, lambda: self.remind(self.village.told, "D01", "垃圾倒在沟边，已当面说过")),
            (20, 19, means.announce_expiry),
            (12, 19, lambda: self.inspect("本月庭院检查", careless=2)),
            (10, 19, self.volunteer),
            (9, 19, lambda: shop_weeks.print_slips(self.village.keeper)),
            (8, 19, lambda: self.meet("second", "评议 4 人到会。")),
            (6, 19, lambda: self.remind(self.village.others[3], "D02", "门前堆料，答应三天内清完")),
            (5, 19, lambda: shop_weeks.check_photos(self.village)),
            (4, 19, self.propose_deduction),
            (3, 19, self.tell_deduction),
            (3, 20, self.declare),
            (2, 19, self.household_splits),
            (2, 20, lambda: here.visit(self.village)),
            (1, 19, lambda: self.announce("second")),
            (0, 19, lambda: self.doubt("second", 1, "上个月他家猪圈没有打扫")),
            (0, 19, lambda: shop_weeks.keep_goods(self.village)),
            (0, 19, lambda: shop_weeks.bring_goods(self.village)),
            (0, 20, self.begin_round),
        ]

    # -- rounds, reviews, notices --------------------------------------------------------

    def inspect(self, title: str, *, careless: int) -> None:
        """Look at every yard but the scorer's own; every so many are not quite clean."""
        village = self.village
        yards = [home for home in village.families if home.id != village.scorers_own.id]
        grades = {home.code: 2 if at % (careless + 2) == careless else 1
                  for at, home in enumerate(yards)}  # fmt: skip
        self._submit(self._open(title, YARDS), grades)

    def _open(self, title: str, grades: Sequence[GradeAsk]) -> Round:
        return rounds.open_round(
            f"demo-round-{today():%Y%m%d}",
            HOME_VILLAGE,
            RoundKind.INSPECTION,
            RoundAsk(title, today(), grades),
            scope=HOME,
            by=self.village.scorer.id,
        ).round

    def _submit(self, round_: Round, grades: Mapping[str, int]) -> None:
        by = self.village.scorer.id
        rounds.mark(round_, dict(grades), scope=HOME, by=by)
        rounds.submit_round(round_, scope=HOME, by=by)

    def volunteer(self) -> None:
        """Say that somebody helped the village for a month, which the township confirms."""
        homes = self.village.others
        self._declare("volunteer", "L18", homes[4], self.village.scorer, witness="马素珍")

    def meet(self, which: str, minutes: str) -> None:
        """Let the whole panel decide all that waits: most as asked, one otherwise, one not."""
        panel = self.village.panel
        review = awards.open_review(HOME_VILLAGE, members=[one.id for one in panel], by=panel[0])
        kin, rows = self.village.reviewers_kin.id, award_queries.queue(HOME)
        yards = [row.code for row in rows if row.rule_code == "C01" and row.household_id != kin]
        odd = {
            yards[5]: Judgement(yards[5], Verdict.CHANGE, 3, "西屋后面没有打扫"),
            yards[9]: Judgement(yards[9], Verdict.REFUSE, None, "检查当天没有入户，下月再看"),
        }
        for by, mine in ((panel[0], False), (panel[1], True)):  # kin is another's to judge
            judgements = [
                odd.get(row.code, Judgement(row.code, Verdict.ACCEPT))
                for row in rows
                if (row.household_id == kin) is mine
            ]
            request = awards.asked_decisions(
                f"demo-review-{which}-{by.id}", review.code, judgements, by.id
            )
            awards.decide(request, review.code, judgements, by=by)
        awards.close_review(review.code, minutes=minutes, by=panel[0])

    def announce(self, which: str) -> None:
        """Hang up what was accepted."""
        opened = notices.open_notice(
            HOME_VILLAGE, by=self.village.scorer, key=f"demo-notice-{which}"
        )
        self.codes[which] = opened.reference

    def doubt(self, which: str, position: int, text: str) -> None:
        """Let a villager object to a line of a notice by telephone."""
        lines = notice_queries.lines(self._notice(which))
        objection = notices.raise_objection(
            f"demo-objection-{which}",
            lines[position].declaration,
            text=text,
            channel=ObjectionChannel.PHONE,
            by=self.village.scorer.id,
            scope=HOME,
            name="魏占魁",
        )
        self.codes[f"{which} objection"] = objection.code

    def answer(self, which: str) -> None:
        """Let the supervisor find the line right."""
        notices.decide(
            self.codes[f"{which} objection"],
            ObjectionState.DISMISSED,
            by=self.village.supervisor,
            reason="核对照片，柴草是检查之后才堆的",
        )

    def close(self, which: str) -> None:
        """Post a notice, as the job does at night."""
        notices.close(self.codes[which])

    # -- what waits ------------------------------------------------------------------------

    def declare(self) -> None:
        """Leave things for the panel: from the scorer, the helper and a household itself."""
        village, homes = self.village, self.village.others
        self._declare(
            "repair", "L03", homes[2], village.scorer, witness="高保成", note="修好村部监控"
        )
        self._declare(
            "bride", "C17", homes[6], village.scorer, witness="刘桂兰", note="腊月办的婚事"
        )
        self._declare("cadre", "C12", homes[7], village.scorer, note="镇里表彰的好婆婆")
        self._declare("training", "L12", homes[0], village.helper, source=DeclarationSource.HELPER)
        self._declare("advice", "C09", village.told, None, source=DeclarationSource.HOUSEHOLD,
                      note="建议在桥头装路灯，村里采纳了")  # fmt: skip

    def _declare(
        self,
        key: str,
        rule: str,
        home: Household,
        by: StaffMember | None,
        *,
        source: DeclarationSource = DeclarationSource.SCORER,
        note: str = "",
        witness: str = "",
    ) -> list[Declaration]:
        return awards.declare(
            f"demo-declare-{key}",
            rule,
            today(),
            [AwardAsk(home.code)],
            by=by.id if by else None,
            source=source,
            scope=HOME,
            note=note,
            witness=witness,
        )

    def begin_round(self) -> None:
        """Look at how half the village sorts its rubbish; the rest is for tomorrow."""
        homes = self.village.others
        marks: dict[str, int | None] = {
            home.code: 2 if at % 6 == 5 else 1 for at, home in enumerate(homes[: len(homes) // 2])
        }
        round_ = self._open("垃圾分类抽查", SORTING)
        rounds.mark(round_, marks, scope=HOME, by=self.village.scorer.id)

    def remind(self, home: Household, rule: str, words: str) -> None:
        """Remind a household, nothing else."""
        deductions.remind(
            f"demo-remind-{rule}", home.code, rule, today(), words=words, by=self.village.scorer
        )

    def propose_deduction(self) -> None:
        """Propose to take points for what happened again."""
        made = deductions.propose(
            "demo-deduction", self.village.told.code, "D01", today(),
            words="又把垃圾倒在沟边，两人看见", by=self.village.scorer,
        )  # fmt: skip
        self.codes["deduction"] = made.code

    def tell_deduction(self) -> None:
        """Let the second person agree: the household may appeal from now on."""
        deductions.notify(self.codes["deduction"], by=self.village.panel[0])

    def household_splits(self) -> None:
        """Let the scorer say that a son keeps house by himself now; the supervisor agrees later."""
        home = next(one for one in self.village.others[8:] if len(one.members) > 2)
        going = next(one for one in home.members if one.name != home.head)
        share = balance(home) // 4
        household_events.propose(
            "demo-household-event",
            Proposal(
                EventKind.SPLIT, home.code, today(), "儿子结婚，另立门户",
                document="户口簿第 3 页", members=(going.id,), head=going.id, given=share,
            ),
            self.village.scorer,
        )  # fmt: skip

    def honour(self) -> None:
        """Note the honours of last year."""
        village = self.village
        by, scope = village.township.id, village.township.scope(Permission.HONOUR)
        last = today().year - 1
        for home, title, level, document in (
            (village.told, "十星级文明户", HonourLevel.VILLAGE, ""),
            (village.others[0], "最美庭院", HonourLevel.VILLAGE, ""),
            (village.others[2], "好婆婆", HonourLevel.TOWNSHIP, f"焦文〔{last}〕18 号"),
        ):
            ask = HonourAsk(home.code, title, level, date(last, 12, 20), document=document)
            honours.give(ask, by=by, scope=scope)

    def _notice(self, which: str) -> int:
        found = notice_queries.notice(self.codes[which], HOME)
        if found is None:
            raise LookupError(which)
        return found.id


def _moment(until: date, ago: int, hour: int) -> datetime:
    return datetime.combine(until - timedelta(days=ago), time(hour), clock.VILLAGE)

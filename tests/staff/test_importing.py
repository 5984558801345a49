import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.staff import queries
from supermarket.staff.models import Grant, Role, Scope
from tests import pages
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    make_regions,
    make_shop,
    make_staff,
)

HEADING = "姓名,用户名,岗位,区划代码或名称,店编号,初始密码\n"
SCOPE = Scope((COUNTY,), ())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    pages.sign_in(client, make_staff(username="boss"))
    return client


def upload(client: FlaskClient, lines: str, *, status: int = 200) -> pages.Page:
    return pages.post(
        client,
        "/staff/import/",
        {"file": (BytesIO((HEADING + lines).encode()), "people.csv")},
        status=status,
    )


def test_a_table_is_checked_then_imported_and_made_passwords_are_shown_once(
    client: FlaskClient,
) -> None:
    shop = make_shop()
    lines = (
        f"王秀英,WangXiu,记分员,安沟村,,\n王秀英,wangxiu,评议组,{VILLAGE},,\n"
        f"李建国,13800000000,店长,,{shop.code},a good password\n"
    )

    checked = upload(client, lines)
    done = pages.post(client, "/staff/import/confirmed", {"rows": checked.field("rows")})

    assert "共 3 行，2 人" in checked.text
    assert "a good password" not in checked.text
    wang = queries.person("wangxiu", SCOPE)
    assert wang is not None
    assert {held.as_grant for held in wang.grants} == {
        Grant(Role.SCORER, VILLAGE, None),
        Grant(Role.REVIEWER, VILLAGE, None),
    }
    ((username, _name, password),) = json.loads(done.field("passwords"))
    assert username == "wangxiu"
    assert password in done.text
    pages.sign_in(client.application.test_client(), "wangxiu", password)
    pages.sign_in(client.application.test_client(), "13800000000", "a good password")


def test_checking_writes_nothing(client: FlaskClient) -> None:
    upload(client, f"王秀英,wangxiu,记分员,{VILLAGE},,\n")

    assert queries.person("wangxiu", SCOPE) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"王秀英,王秀英,记分员,{VILLAGE},,", "用户名用 3 至 32 个小写字母或数字"),
        (f"王秀英,boss,记分员,{VILLAGE},,", "这个用户名已被使用"),
        (f"王秀英,wangxiu,大王,{VILLAGE},,", "没有这个岗位"),
        ("王秀英,wangxiu,记分员,,,", "请填区划代码或名称"),
        (f"王秀英,wangxiu,记分员,{OTHER_COUNTY},,", "不在您负责的范围内"),
        ("王秀英,wangxiu,记分员,=1+1,,", "没有找到这个地方"),
        (f"王秀英,wangxiu,店长,{VILLAGE},,", "店长要填店编号"),
        ("王秀英,wangxiu,店长,,410482100203S99,", "没有找到这家店"),
        (f"王秀英,wangxiu,记分员,{VILLAGE},410482100203S01,", "其他岗位写地点，不写店"),
        (f"王秀英,wangxiu,县级工作人员,{VILLAGE},,", "县级工作人员要设在县或以上"),
        (f"王秀英,wangxiu,记分员,{VILLAGE},,short", "密码至少 10 个字符"),
        (f",wangxiu,记分员,{VILLAGE},,", "必填，不能为空"),
        (f"李,first,记分员,{VILLAGE},,", "另一个姓名"),
        (f"张三,first,记分员,{VILLAGE},,", "与前面的行重复"),
        (f"张三,first,评议组,{VILLAGE},,other password", "另一个初始密码"),
    ],
)
def test_a_wrong_row_says_which_and_why_and_nothing_is_imported(
    client: FlaskClient, line: str, words: str
) -> None:
    good = f"张三,first,记分员,{VILLAGE},,a good password\n"

    page = upload(client, good + line + "\n", status=422)

    assert words in page.text
    assert "还没有导入" in page.text
    assert "short" not in page.text
    assert queries.person("first", SCOPE) is None


def test_a_name_taken_meanwhile_is_found_at_the_second_check(client: FlaskClient) -> None:
    checked = upload(client, f"王秀英,wangxiu,记分员,{VILLAGE},,\n")
    make_staff(username="wangxiu")

    page = pages.post(
        client, "/staff/import/confirmed", {"rows": checked.field("rows")}, status=422
    )

    assert "这个用户名已被使用" in page.text


@pytest.mark.parametrize(
    "rows",
    ["", "[", "[]", "{}", "null", "[1]", "[[1]]", '[["x","a","b","c","d","e","f"]]',
     '[[1,2,3,4,5,6,7]]', '[[1,"a","b","c","d","e","' + "f" * 300 + '"]]'],
)  # fmt: skip
def test_rows_that_nobody_wrote_are_refused(client: FlaskClient, rows: str) -> None:
    page = pages.post(client, "/staff/import/confirmed", {"rows": rows}, status=422)

    assert "请重新上传表格再核对" in page.text


def test_rows_beyond_the_own_scope_are_refused_at_the_second_check_too(app: Flask) -> None:
    client = app.test_client()
    pages.sign_in(client, make_staff(Role.ADMINISTRATOR, TOWNSHIP))
    rows = json.dumps([[2, "王", "wangxiu", "系统管理员", COUNTY, "", ""]])

    page = pages.post(client, "/staff/import/confirmed", {"rows": rows}, status=422)

    assert "不在您负责的范围内" in page.text
    assert queries.person("wangxiu", SCOPE) is None


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "是空的"),
        (b"\x89PNG\r\n\x1a\n0000", "a.xlsx", "是一张图片"),
        (HEADING.encode("gbk"), "a.csv", "只有表头，没有数据"),
        ("姓名,年龄\n王,3\n".encode(), "a.csv", "表头缺少"),
        (b"\xff\xfe\x00\x01" * 50, "a.csv", "没有找到表头"),
    ],
)
def test_a_file_that_is_no_table_of_people_is_refused_in_words(
    client: FlaskClient, content: bytes, name: str, words: str
) -> None:
    page = pages.post(client, "/staff/import/", {"file": (BytesIO(content), name)}, status=422)

    assert words in page.text


def test_a_file_in_the_encoding_of_chinese_windows_is_read(client: FlaskClient) -> None:
    text = HEADING + f"王秀英,wangxiu,记分员,{VILLAGE},,\n"

    page = pages.post(
        client, "/staff/import/", {"file": (BytesIO(text.encode("gb18030")), "a.csv")}
    )

    assert "核对通过" in page.text


def test_a_file_with_too_many_rows_says_so(client: FlaskClient) -> None:
    lines = "".join(f"王,wang{number},记分员,{VILLAGE},,\n" for number in range(501))

    page = upload(client, lines, status=422)

    assert "表格超过 500 行" in page.text


def test_no_file_says_so(client: FlaskClient) -> None:
    page = pages.post(client, "/staff/import/", {}, status=422)

    assert "请选择填好的表格" in page.text


def test_the_template_is_read_back(client: FlaskClient) -> None:
    answer = client.get("/staff/import/template")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    answer.close()
    sheet = book.worksheets[0]
    sheet.append(["王秀英", "wangxiu", "记分员", VILLAGE, None, None])
    file = BytesIO()
    book.save(file)
    file.seek(0)

    page = pages.post(client, "/staff/import/", {"file": (file, "template.xlsx")})

    assert "核对通过" in page.text


def test_the_passwords_shown_can_be_downloaded(client: FlaskClient) -> None:
    rows = json.dumps([["wangxiu", "=王秀英", "abcd-efgh-jkmn"]])

    answer = client.post("/staff/import/passwords", data={"passwords": rows})
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    answer.close()

    assert [cell.value for cell in list(sheet.rows)[-1]] == ["=王秀英", "wangxiu", "abcd-efgh-jkmn"]


def test_the_first_administrator_is_added_from_the_command_line(app: Flask) -> None:
    make_regions()

    run = app.test_cli_runner().invoke(
        args=["staff", "add", "Boss", "--name", "王", "--role", "administrator", "--at", "汝州市",
              "--password", PASSWORD]
    )  # fmt: skip

    assert run.exit_code == 0, run.output
    pages.sign_in(app.test_client(), "boss")


@pytest.mark.parametrize(
    ("at", "role", "password", "words"),
    [
        ("没有市", "administrator", PASSWORD, "没有找到这个地方"),
        (COUNTY, "shopkeeper", PASSWORD, "没有找到这家店"),
        (COUNTY, "administrator", "short", "密码至少 10 个字符"),
        (COUNTY, "township", PASSWORD, "乡镇工作人员要设在乡镇"),
    ],
)
def test_the_command_line_refuses_in_the_same_words(
    app: Flask, at: str, role: str, password: str, words: str
) -> None:
    make_regions()

    run = app.test_cli_runner().invoke(
        args=["staff", "add", "boss", "--name", "王", "--role", role, "--at", at,
              "--password", password]
    )  # fmt: skip

    assert run.exit_code == 1
    assert words in run.output


def test_a_file_is_imported_from_the_command_line(app: Flask, tmp_path: Path) -> None:
    make_regions()
    file = tmp_path / "people.csv"
    file.write_text(HEADING + f"王秀英,wangxiu,记分员,{VILLAGE},,\n")

    checked = app.test_cli_runner().invoke(args=["staff", "import", str(file), "--dry-run"])
    nobody = queries.person("wangxiu", SCOPE)
    run = app.test_cli_runner().invoke(args=["staff", "import", str(file)])

    assert "核对通过：1 个账号可以添加" in checked.output
    assert nobody is None
    password = run.stdout.splitlines()[-1].split("\t")[1]
    pages.sign_in(app.test_client(), "wangxiu", password)


def test_the_command_line_names_wrong_rows_and_imports_nothing(app: Flask, tmp_path: Path) -> None:
    make_regions()
    file = tmp_path / "people.csv"
    file.write_text(HEADING + f"王秀英,wangxiu,大王,{VILLAGE},,\n")

    run = app.test_cli_runner().invoke(args=["staff", "import", str(file)])

    assert run.exit_code == 1
    assert "第 2 行 岗位 “大王”：没有这个岗位" in run.output


def test_a_password_is_set_from_the_command_line(app: Flask) -> None:
    make_staff(username="wangxiu")

    run = app.test_cli_runner().invoke(
        args=["staff", "password", "wangxiu", "--password", "another long one"]
    )

    assert run.exit_code == 0, run.output
    pages.sign_in(app.test_client(), "wangxiu", "another long one")


def test_a_password_of_nobody_is_not_set(app: Flask) -> None:
    run = app.test_cli_runner().invoke(
        args=["staff", "password", "nobody", "--password", "another long one"]
    )

    assert run.exit_code == 1
    assert "没有用户名为“nobody”的人员" in run.output

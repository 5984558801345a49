"""`flask staff …`."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.spreadsheets.columns import Limits
from supermarket.spreadsheets.reading import read_rows
from supermarket.staff import queries
from supermarket.staff import service as staff
from supermarket.staff.models import Grant, Role, Scope, StaffMember
from supermarket.staff.queries.names import normal
from supermarket.staff.service.importing import COLUMNS

cli = AppGroup("staff", help="People who sign in.")

#: Whoever has the machine reaches everything.
EVERYWHERE = Scope(regions=tuple(f"{number:02}" for number in range(100)), shops=())


@cli.command("add")
@click.argument("username")
@click.option("--name", required=True, help="What people call them.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--at", "place", required=True, help="Code or name of the region; a shop's code.")
@click.password_option(help="At least 10 characters; asked for if not given.")
def add_command(username: str, name: str, role: str, place: str, password: str) -> None:
    """Open an account with one role, for example the first administrator."""
    username = normal(username)
    try:
        grant = _grant(Role(role), place)
        hashed = staff.hash_password(username, password, _memory_kib())
        with transaction():
            account = staff.NewAccount(username, name, hashed, (grant,))
            staff.open_accounts([account], scope=EVERYWHERE, by=None)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已添加 {name}（{username}），岗位：{Role(role).label}")


@cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what is wrong.")
def import_command(file: Path, dry_run: bool) -> None:
    """Open the accounts of an Excel or CSV file, all or none; print the passwords made."""
    try:
        with file.open("rb") as opened:
            rows = list(read_rows(opened, file.name, headers=COLUMNS, limits=Limits(rows=20_000)))
        plan = staff.plan(rows, EVERYWHERE)
        for error in plan.errors:
            said = f"第 {error.row} 行 {error.column} “{error.value}”：{error.sentence}"
            click.secho(said, fg="red", err=True)
        if plan.errors:
            raise click.ClickException(f"有 {len(plan.errors)} 处要改，一个账号也没有添加")
        if dry_run:
            click.echo(f"核对通过：{len(plan.accounts)} 个账号可以添加")
            return
        with click.progressbar(length=len(plan.accounts), label="生成密码") as bar:
            accounts, made = staff.sealed(
                plan.accounts, memory_kib=_memory_kib(), progress=lambda: bar.update(1)
            )
        with transaction():
            staff.open_accounts(accounts, scope=EVERYWHERE, by=None)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    for username, password in made.items():
        click.echo(f"{username}\t{password}")
    click.echo(f"已添加 {len(accounts)} 个账号", err=True)


@cli.command("password")
@click.argument("username")
@click.password_option(help="At least 10 characters; asked for if not given.")
def password_command(username: str, password: str) -> None:
    """Give somebody a new password; everything signed in with the old one ends."""
    member = db.session.execute(
        db.select(StaffMember).where(StaffMember.username == normal(username))
    ).scalar_one_or_none()
    if member is None:
        raise click.ClickException(f"没有用户名为“{username}”的人员")
    try:
        hashed = staff.hash_password(member.username, password, _memory_kib())
        with transaction():
            staff.set_password(member, hashed, by=None)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{member.name}（{member.username}）的密码已重设，原来的登录已全部退出")


def _grant(role: Role, place: str) -> Grant:
    places = queries.directory(EVERYWHERE)
    if role is Role.SHOPKEEPER:
        shop = places.shop(place)
        return Grant(role, shop.region_code, shop.code)
    return Grant(role, places.region(place), None)


def _memory_kib() -> int:
    memory_kib: int = current_app.config["ARGON2_MEMORY_KIB"]
    return memory_kib

from pathlib import Path

from jiamusi_foodsafety.kit.addresses import data_dir, database_from_url, redis_with_database


def test_database_address_over_tcp_keeps_password_port_and_options():
    found = database_from_url("postgresql://app:p%40ss@db:5433/jiamusi?sslmode=require")
    assert found == {
        "ENGINE": "django.db.backends.postgresql", "NAME": "jiamusi", "USER": "app",
        "PASSWORD": "p@ss", "HOST": "db", "PORT": "5433", "OPTIONS": {"sslmode": "require"},
    }  # fmt: skip


def test_database_address_over_a_socket_names_its_folder():
    found = database_from_url("postgresql://postgres@/jiamusi?host=/srv/Var/run")
    assert (found["HOST"], found["NAME"], found["OPTIONS"]) == ("/srv/Var/run", "jiamusi", {})


def test_redis_address_moves_to_another_numbered_database():
    assert redis_with_database("redis://:x@h:6379/0", 3) == "redis://:x@h:6379/3"
    assert redis_with_database("rediss://h?ssl_cert_reqs=none", 1) == (
        "rediss://h/1?ssl_cert_reqs=none"
    )


def test_data_dir_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.delenv("DATA_DIR")
    assert data_dir() == Path(__file__).resolve().parents[2] / "var"

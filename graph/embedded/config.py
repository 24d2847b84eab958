"""What Neo4j and its JVM are told: the text of neo4j.conf, and the options of the JVM."""

from __future__ import annotations

from pathlib import Path

from .bolt import HOST
from .settings import EmbeddedSettings

# What Neo4j's own launcher opens: it reads these packages by reflection.
OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")


def neo4j_conf(settings: EmbeddedSettings) -> str:
    """The configuration file: loopback only, with login, bounded in memory and time, silent to the outside.

    `server.bolt.listen_address=127.0.0.1:0` and the like, one setting a line.
    """
    values = {
        "server.bolt.enabled": "true",
        "server.bolt.listen_address": f"{HOST}:{settings.port}",
        "server.bolt.advertised_address": f"{HOST}:{settings.port}",
        "dbms.security.auth_enabled": "true",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "dbms.usage_report.enabled": "false",
        "server.memory.pagecache.size": f"{settings.page_cache_mb}m",
        "db.memory.transaction.max": f"{settings.transaction_mb}m",
        "dbms.memory.transaction.total.max": f"{settings.transactions_mb}m",
        "db.transaction.timeout": f"{settings.transaction_timeout_s}s",
        "db.lock.acquisition.timeout": f"{settings.lock_timeout_s}s",
        # Logs are for recovery here, not for backup: one small file beyond the last checkpoint is enough.
        "db.tx_log.rotation.size": "16m",
        "db.tx_log.rotation.retention_policy": "1 files",
        "db.tx_log.preallocate": "false",
        "db.checkpoint.interval.time": "5m",
        "db.logs.query.enabled": "OFF",
        "internal.dbms.dump_diagnostics": "false",
        "db.filewatcher.enabled": "false",
        # By default a stop waits ten seconds for connections that could still come in.
        "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
        **settings.configuration,
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


def jvm_options(settings: EmbeddedSettings, logs: Path) -> list[str]:
    """The options of the JVM: memory, what Neo4j needs, and where a crash is written."""
    return [
        f"-Xms{settings.heap_mb // 2}m",
        f"-Xmx{settings.heap_mb}m",
        "-XX:+UseG1GC",
        "-XX:-OmitStackTraceInFastThrow",
        "-XX:-UsePerfData",
        "-Djdk.nio.maxCachedBufferSize=1024",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Dlog4j2.disable.jmx=true",
        "-Dfile.encoding=UTF-8",
        f"-XX:ErrorFile={logs / 'jvm-crash-%p.log'}",
        *(f"--add-opens={package}=ALL-UNNAMED" for package in OPENED),
    ]

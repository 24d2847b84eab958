"""The only door to Neo4j: sessions, retries, timeouts, bookmarks, and every driver error as one of ours."""

from graph.client.bookmarks import Bookmarks
from graph.client.database import Database, Rows
from graph.client.deadline import within
from graph.client.plans import PlanStep, Profile
from graph.client.settings import DatabaseSettings
from graph.client.transaction import Transaction

__all__ = ["Bookmarks", "Database", "DatabaseSettings", "PlanStep", "Profile", "Rows", "Transaction", "within"]

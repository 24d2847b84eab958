from graph.check.rules import node_rules
from graph.contents import replan
from tests.support.desk import Desk


async def hits_of_rules(world: Desk, name: str) -> int:
    """Database hits of everything that the check asks of one customer."""
    customer = world.model.nodes["Customer"]
    pairs = ", ".join(f"[{rule.expected}, {rule.found}]" for rule in node_rules(world.model, customer))
    id = (await world.node(name))["id"]
    return (await world.database.profile(f"MATCH (n:Customer {{id: $id}}) RETURN [{pairs}]", {"id": id})).hits


async def test_a_customer_of_a_hub_costs_the_check_no_more_than_one_of_a_small_seller(world: Desk) -> None:
    await world.write(world.new("Organisation", "hub"), world.new("Organisation", "small"))
    people = [world.new("Person", f"p{n}") for n in range(300)]
    await world.write(*people, *(world.new("Customer", f"c{n}", party=f"p{n}", seller="hub") for n in range(300)))
    await world.write(world.new("Customer", "one", party="p7", seller="small"))
    await replan(world.database)
    of_small = await hits_of_rules(world, "one")
    assert 0 < await hits_of_rules(world, "c7") < 2 * of_small < 300

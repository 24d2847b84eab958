"""The screens of the floor: one hand-written statement each, of positional lists."""

CUSTOMER_360 = """
MATCH (p:Person {id: $id})
RETURN [p.id, p.name, p.email, p.phone, p.country, p.city, p.language, p.birthDate, p.createdAt,
  COUNT { MATCH (c:Customer) WHERE c.partyId = p.id AND c.id IS NOT NULL AND c.until IS NULL },
  COLLECT {
    MATCH (c:Customer) WHERE c.partyId = p.id AND c.since >= '' AND c.id IS NOT NULL AND c.until IS NULL
    WITH c ORDER BY c.partyId, c.since, c.id LIMIT 25
    MATCH (c)-[:SELLER]->(s)
    RETURN [c.id, c.since, c.lifecycle, c.scope, [s.id, s.name]]
  },
  COUNT { (p)<-[:BOUGHT_BY]-() },
  COLLECT {
    MATCH (u:Purchase) WHERE u.buyerId = p.id AND u.at >= '' AND u.id IS NOT NULL
    WITH u ORDER BY u.buyerId DESC, u.at DESC, u.id DESC LIMIT 10
    MATCH (u)-[:SOLD_BY]->(s)
    RETURN [u.id, u.at, u.reference, u.channel, u.net, u.currency, [s.id, s.name], COLLECT {
      MATCH (u)<-[:LINE_OF]-(l)
      WITH l ORDER BY l.id LIMIT 5
      MATCH (l)-[:LINE_FOR]->(t)
      RETURN [l.id, l.quantity, l.amount, [t.id, t.name]]
    }]
  },
  COLLECT {
    MATCH (e:Employment) WHERE e.personId = p.id AND e.since >= '' AND e.id IS NOT NULL AND e.until IS NULL
    WITH e ORDER BY e.personId, e.since, e.id LIMIT 25
    MATCH (e)-[:EMPLOYER]->(o)
    RETURN [e.id, e.title, e.since, [o.id, o.name]]
  }]"""

LIST = """
MATCH (o:Organisation {id: $id})
RETURN [o.id, o.name,
  COUNT {
    MATCH (c:Customer) WHERE c.sellerId = o.id AND c.id IS NOT NULL AND c.until IS NULL AND c.lifecycle IN $lifecycle
    RETURN 1 AS x LIMIT 10001
  },
  COLLECT {
    MATCH (c:Customer)
    WHERE c.sellerId = o.id AND c.partyName >= '' AND c.id IS NOT NULL
      AND c.until IS NULL AND c.lifecycle IN $lifecycle
    WITH c ORDER BY c.sellerId, c.partyName, c.id LIMIT 26
    MATCH (c)-[:PARTY]->(p)
    RETURN [c.id, c.since, c.lifecycle, [p.id, p.name, p.email, p.city]]
  }]"""

SUPPLIER = """
MATCH (o:Organisation {id: $id})
RETURN [o.id, o.name, o.kind, o.email, o.country, o.city,
  COUNT {
    MATCH (c:Customer) WHERE c.sellerId = o.id AND c.id IS NOT NULL AND c.until IS NULL
    RETURN 1 AS x LIMIT 10001
  },
  COUNT { MATCH (f:Offer) WHERE f.sellerId = o.id AND f.id IS NOT NULL AND f.until IS NULL },
  COLLECT {
    MATCH (f:Offer) WHERE f.sellerId = o.id AND f.since >= '' AND f.id IS NOT NULL AND f.until IS NULL
    WITH f ORDER BY f.sellerId, f.since, f.id LIMIT 10
    MATCH (f)-[:OFFER_OF]->(t)
    OPTIONAL MATCH (f)-[:SOURCED_FROM]->(s)
    RETURN [f.id, f.since, f.price, f.currency, [t.id, t.name], COLLECT {
      MATCH (t)<-[part:COMPONENT_OF]-(of) WHERE part.until IS NULL
      WITH part, of ORDER BY of.nameKey, part.id LIMIT 5
      RETURN [part.quantity, of.id, of.name]
    }, CASE WHEN s IS NOT NULL THEN [s.id, s.name] END]
  },
  COLLECT {
    MATCH (o)<-[:MADE_BY]-(t)
    WITH t ORDER BY t.nameKey, t.id LIMIT 10
    OPTIONAL MATCH (t)-[:IN_CATEGORY]->(k)
    RETURN [t.id, t.name, t.sku, CASE WHEN k IS NOT NULL THEN [k.id, k.name] END, COLLECT {
      MATCH (t)<-[part:COMPONENT_OF]-(of) WHERE part.until IS NULL
      WITH part, of ORDER BY of.nameKey, part.id LIMIT 5
      RETURN [part.quantity, of.id, of.name]
    }]
  }]"""

SEARCH = """
CALL db.index.fulltext.queryNodes('search', $words, {limit: 1000}) YIELD node AS n, score
WITH n, score ORDER BY score DESC, n.id LIMIT 10
RETURN collect([CASE WHEN n.nameKey CONTAINS $text THEN 'name' ELSE 'sku' END,
  [l IN labels(n) WHERE l <> 'Party'][0], n.id, n.name, n.city])"""

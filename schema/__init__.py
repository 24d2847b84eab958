"""What clients see: one module per concept of the domain, declarations only.

The types, inputs and connections that follow from the declarations are made in resolvers/types; a module added here
joins them by being here.
"""

"""The demonstration's inspections, through the services that its users call."""

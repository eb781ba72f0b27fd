"""The bot in groups: for their members a short public answer and a way into private chat, for their admins a panel.

Nothing personal is ever shown in a group or kept about its members: settings, an audit log without contents,
counts without names. Everything about a group is recorded under its address (`tg:-100`).
"""

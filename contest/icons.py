"""The portal's own line icons, 20 by 20, drawn with the current text colour (`.icon` in base.css)."""

ICONS = {
    "alert": '<path d="M10 3 18 17H2Z"/><path d="M10 8v4"/><path d="M10 14.3v.4"/>',
    "back": '<path d="M8 5 3 10l5 5"/><path d="M3.5 10H17"/>',
    "cross": '<path d="m5 5 10 10M15 5 5 15"/>',
    "down": '<path d="m5 8 5 5 5-5"/>',
    "download": '<path d="M10 3v9.5"/><path d="m6 9 4 4 4-4"/><path d="M3.5 17h13"/>',
    "forward": '<path d="m12 5 5 5-5 5"/><path d="M16.5 10H3"/>',
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5"/><path d="M10 6v.4"/>',
    "lock": '<rect x="4" y="9" width="12" height="8" rx="1"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>',
    "open": '<circle cx="10" cy="10" r="6.5"/>',
    "print": '<path d="M6 7V3h8v4"/><path d="M6 14H3V7h14v7h-3"/><path d="M6 11.5h8V17H6z"/>',
    "search": '<circle cx="8.5" cy="8.5" r="5"/><path d="m12.5 12.5 4.5 4.5"/>',
    "tick": '<path d="m4 10.5 4 4 8-9"/>',
    "upload": '<path d="M10 13V3.5"/><path d="m6 7 4-4 4 4"/><path d="M3.5 17h13"/>',
}

"""The emergency account: kept sealed, opened by a supervisor, every act of it reviewed by two (DESIGN 9)."""

"""The whole workflow of a season in the hands of ten people who press at random; `python -m bench.season_machine`."""

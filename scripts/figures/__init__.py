"""What the scripts that draw and tabulate results share: reading studies, curves with intervals, drawing for a paper, filling pages."""

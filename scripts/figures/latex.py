"""The main results as a LaTeX table (booktabs)."""

SPECIAL = {"\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}",
           "^": r"\textasciicircum{}"}


def escape(text):
    return "".join(SPECIAL.get(letter, letter) for letter in str(text))


def accuracy_table(results, caption):
    """`results`: a study's results.csv. A line for each point and selector with fractions, a column for each fraction, mean and standard
    deviation in per cent; selectors with prices have no fraction and are left out."""
    results = results[results["price"].isna()]
    fractions = sorted(results["fraction"].unique())
    lines = [r"\begin{table*}", r"\centering", rf"\caption{{{escape(caption)}}}", rf"\begin{{tabular}}{{ll{'r' * len(fractions)}}}", r"\toprule",
             " & ".join(["point", "selector"] + [f"{fraction:g}" for fraction in fractions]) + r" \\", r"\midrule"]
    for (_, name), of_point in results.groupby(["point", "name"], sort=False):
        for selector, of_selector in of_point.groupby("selector", sort=False):
            by_fraction = of_selector.set_index("fraction")
            cells = [escape(name), rf"\texttt{{{escape(selector)}}}"]
            for fraction in fractions:
                known = fraction in by_fraction.index
                row = by_fraction.loc[fraction] if known else None
                cells.append(f"${100 * row['accuracy_mean']:.2f} \\pm {100 * row['accuracy_std']:.2f}$" if known else "")
            lines.append(" & ".join(cells) + r" \\")
    return "\n".join(lines + [r"\bottomrule", r"\end{tabular}", r"\end{table*}", ""])

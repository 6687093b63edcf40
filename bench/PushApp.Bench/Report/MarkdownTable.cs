using System.Text;

namespace PushApp.Bench.Report;

/// <summary>A table that reads well both as Markdown and in a terminal. Columns after the first are right-aligned.</summary>
internal sealed class MarkdownTable(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = headings.Select((heading, column) => Math.Max(3, _rows.Append(headings).Max(row => row[column].Length))).ToArray();
        var text = new StringBuilder();
        AppendRow(text, headings, widths);
        text.Append('|');
        for (var column = 0; column < widths.Length; column++)
        {
            text.Append(column == 0 ? " " : " -").Append('-', widths[column] - (column == 0 ? 0 : 2)).Append(column == 0 ? " |" : ": |");
        }

        text.Append('\n');
        foreach (var row in _rows)
        {
            AppendRow(text, row, widths);
        }

        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        text.Append('|');
        for (var column = 0; column < cells.Count; column++)
        {
            text.Append(' ').Append(column == 0 ? cells[column].PadRight(widths[column]) : cells[column].PadLeft(widths[column])).Append(" |");
        }

        text.Append('\n');
    }
}

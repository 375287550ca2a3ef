using System.Globalization;
using System.Xml.Linq;

namespace Kola.Results.Sweeps;

/// <summary>Draws the time line of a swept update: the windows between its flushes, each coloured by what boots from the states that a power cut in it can leave.</summary>
public static class SweepSvg
{
    private const int Width = 1400, Left = 20, Right = 20, Top = 90, Height = 160, Least = 4;
    private const string Ink = "#1b1f24", Faint = "#8b949e";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly (string Color, string Text, Func<SweepCounts, int> Of)[] Outcomes =
    [
        ("#57708c", "the old release boots", counts => counts.Old),
        ("#1f883d", "the new release boots", counts => counts.New),
        ("#8250df", "the old release boots after the update was reported as done", counts => counts.Undone),
        ("#d4a72c", "a release that is not whole is started", counts => counts.Damaged),
        ("#cf222e", "nothing boots", counts => counts.Neither),
    ];

    public static XDocument Of(SweepSummary sweep)
    {
        var shapes = new List<XElement>
        {
            Box(0, 0, Width, Top + Height + 90, "#ffffff"),
            Text(Left, 28, $"Power cuts in the update from {sweep.Old} to {sweep.New}", 18, Ink),
            Text(Left, 50, sweep.Sentence, 12, Ink),
            Text(Left, 70, string.Create(CultureInfo.InvariantCulture, $"{sweep.Entries} entries, {sweep.Flushes} flushes, {sweep.LogBytes / 1048576.0:0} MiB logged; each block is the time between two flushes, as wide as it has writes"), 11, Faint),
        };
        // Between two flushes in a row nothing can be lost: there is no state to colour.
        var windows = sweep.Windows.Where(window => window.Counts.Sum > 0).ToList();
        double room = Width - Left - Right - (Least * windows.Count), x = Left;
        var writes = Math.Max(1, windows.Sum(window => window.Writes));
        double? ended = null;
        foreach (var window in windows)
        {
            var wide = Least + (room * window.Writes / writes);
            Window(shapes, window, x, wide);
            if (ended is null && window.End >= sweep.UpdateEntries)
                ended = x + wide;
            x += wide;
        }

        if (ended is { } at)
        {
            shapes.Add(Box(at - 1, Top - 6, 2, Height + 22, Ink));
            shapes.Add(Text(at, Top + Height + 28, "the update tool is done", 11, Ink, "middle"));
        }

        Legend(shapes);
        return new(new XElement(
            Svg + "svg", new XAttribute("viewBox", $"0 0 {Width} {Top + Height + 90}"), new XAttribute("width", Width), new XAttribute("height", Top + Height + 90),
            new XAttribute("font-family", "DejaVu Sans, Liberation Sans, Helvetica, Arial, sans-serif"), shapes));
    }

    private static void Window(List<XElement> shapes, SweptWindow window, double x, double wide)
    {
        double y = Top;
        var all = Math.Max(1, window.Counts.Sum);
        foreach (var (color, text, of) in Outcomes)
        {
            if (of(window.Counts) is not (> 0 and var count))
                continue;
            // What is rare is what matters: it is always seen.
            var high = Math.Max(3, (double)Height * count / all);
            var box = Box(x, y, wide, Math.Min(high, Top + Height - y), color);
            var sampled = window.Subsets < window.Possible ? string.Create(CultureInfo.InvariantCulture, $", {window.Subsets} of {window.Possible:0.###e+0} subsets") : "";
            box.Add(new XElement(Svg + "title", $"before flush {window.Flush} (entries {window.Start} to {window.End - 1}, {window.Writes} writes{sampled}): {count} of {all} states: {text}"));
            shapes.Add(box);
            y += high;
        }

        shapes.Add(Box(x + wide - 0.5, Top, 1, Height + 8, Ink));
        if (wide > 18)
            shapes.Add(Text(x + wide, Top + Height + 18, window.Flush.ToString(CultureInfo.InvariantCulture), 9, Faint, "end"));
    }

    private static void Legend(List<XElement> shapes)
    {
        double x = Left;
        foreach (var (color, text, _) in Outcomes)
        {
            shapes.Add(Box(x, Top + Height + 54, 12, 12, color));
            shapes.Add(Text(x + 18, Top + Height + 64, text, 12, Ink));
            x += 60 + (text.Length * 7);
        }
    }

    private static XElement Box(double x, double y, double width, double height, string color) =>
        new(Svg + "rect", At("x", x), At("y", y), At("width", width), At("height", Math.Max(0, height)), new XAttribute("fill", color));

    private static XElement Text(double x, double y, string text, int size, string color, string anchor = "start") =>
        new(Svg + "text", At("x", x), At("y", y), new XAttribute("font-size", size), new XAttribute("fill", color), new XAttribute("text-anchor", anchor), text);

    private static XAttribute At(string name, double value) => new(name, value.ToString("0.##", CultureInfo.InvariantCulture));
}

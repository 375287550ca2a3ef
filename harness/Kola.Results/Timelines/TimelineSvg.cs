using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Kola.Results.Events;

namespace Kola.Results.Timelines;

/// <summary>Draws a timeline as an SVG picture: a lane for each machine, one for the service's writes, one for the network, and the steps above.</summary>
public static class TimelineSvg
{
    private const int Width = 1400, Left = 110, Right = 30, Lane = 30, Slot = 9, Gap = 12, Row = 16;
    private const string Ink = "#1b1f24", Faint = "#8b949e", Good = "#1a7f37", Bad = "#cf222e";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Each release has its own, in the order in which they were first run; dark enough for white text.</summary>
    private static readonly string[] Releases = ["#57708c", "#1f883d", "#8250df", "#0969da"];

    /// <summary>In seconds.</summary>
    private static readonly int[] AxisSteps = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

    public static XDocument Of(Timeline timeline) => new(new Drawing(timeline).Draw());

    private sealed class Drawing(Timeline timeline)
    {
        private readonly List<XElement> shapes = [];
        private readonly double seconds = Math.Max(1, (timeline.Stop - timeline.Start).TotalSeconds);
        private readonly List<string> releases = [.. timeline.Machines.SelectMany(machine => machine.Spans).OrderBy(span => span.From).Select(span => span.Release).OfType<string>().Distinct()];
        private int y;

        public XElement Draw()
        {
            Title();
            var top = y;
            Steps();
            foreach (var machine in timeline.Machines)
                Machine(machine);
            if (timeline.Writes is not [])
                Writes();
            if (timeline.Networks is not [])
                Network();
            var bottom = y;
            Broken(top, bottom);
            Axis(bottom);
            Legend();
            StepTitles();
            return new(
                Svg + "svg", new XAttribute("viewBox", $"0 0 {Width} {y + 10}"), new XAttribute("width", Width), new XAttribute("height", y + 10),
                new XAttribute("font-family", "DejaVu Sans, Liberation Sans, Helvetica, Arial, sans-serif"), new XAttribute("font-size", 12),
                Box(0, 0, Width, y + 10, "#ffffff"), shapes);
        }

        private double X(DateTimeOffset at) => Left + ((at - timeline.Start).TotalSeconds / seconds * (Width - Left - Right));

        private void Title()
        {
            y = 28;
            shapes.Add(Text(12, y, timeline.Scenario, Ink, 18, bold: true));
            var outcome = timeline.Outcome is { } known ? Wording.Of(known) : "cut off";
            shapes.Add(Text(Width - Right, y, $"{outcome}, {Clock(timeline.Stop - timeline.Start)}", timeline.Outcome is Outcome.Passed ? Good : Bad, 16, bold: true, anchor: "end"));
            foreach (var line in Lines(timeline.Summary, 190))
                shapes.Add(Text(12, y += 18, line, Ink));
            foreach (var watch in timeline.Watches)
                shapes.Add(Text(12, y += 16, $"watched: {string.Join(", ", watch.Machines.Select(machine => machine.Name))}; at most {watch.AtMostDown} down{(watch.WritesWithin is { } within ? $"; a write at least every {within:0.#} s" : "")}", Faint, 11));
            foreach (var line in Lines(timeline.Outcome is Outcome.Passed ? null : timeline.Reason, 165).Take(3))
                shapes.Add(Text(12, y += 19, line, Bad));
            y += 26;
        }

        /// <summary>Where each began, by its number; those that begin at once share a place.</summary>
        private void Steps()
        {
            var free = double.MinValue;
            shapes.Add(Text(12, y + 4, "step", Faint));
            foreach (var step in timeline.Steps)
            {
                var x = Math.Max(X(step.From) + 7, free);
                free = x + 17;
                shapes.Add(new(Svg + "circle", At("cx", x), At("cy", y), At("r", 8), new XAttribute("fill", step.Outcome is Outcome.Passed ? "#eaeef2" : Bad)));
                shapes.Add(Text(x, y + 4, step.Number.ToString(CultureInfo.InvariantCulture), step.Outcome is Outcome.Passed ? Ink : "#ffffff", 10, anchor: "middle"));
            }

            y += 18;
        }

        private void Machine(MachineLane machine)
        {
            shapes.Add(Text(12, y + 20, machine.Name, Ink, 14, bold: true));
            foreach (var span in machine.Spans)
                State(span);
            foreach (var held in machine.Held)
            {
                shapes.Add(Hint(Box(X(held.From), y + Lane, X(held.To) - X(held.From), Slot, "#d4a72c"), $"{machine.Name} holds a slot of {held.Text}, {Clock(held.To - held.From)}"));
                Inside(held, "slot", y + Lane + 8, 9, Ink);
            }

            y += Lane + Slot + Gap;
        }

        private void State(StateSpan span)
        {
            var (color, text, ink) = span.State switch
            {
                LaneState.Off => ("#24292f", "off", "#ffffff"),
                LaneState.Booting => ("#ffd8b5", "booting", "#7d3c00"),
                _ when span.Release is { } release => (Releases[releases.IndexOf(release) % Releases.Length], $"release {release}", "#ffffff"),
                _ => (Releases[0], "up", "#ffffff"),
            };
            shapes.Add(Hint(Box(X(span.From), y, X(span.To) - X(span.From), Lane, color), $"{text}, {Clock(span.From - timeline.Start)} to {Clock(span.To - timeline.Start)}"));
            Inside(new(span.From, span.To, text), text, y + 20, 12, ink);
        }

        private void Writes()
        {
            shapes.Add(Text(12, y + 17, "writes", Ink, 14, bold: true));
            shapes.Add(Box(Left, y, Width - Left - Right, 24, "#f6f8fa"));
            foreach (var write in timeline.Writes)
            {
                var wide = Math.Max(1.5, write.Seconds / seconds * (Width - Left - Right));
                var said = write.Succeeded ? $"{write.Value} on {write.Machine}" : $"{write.Value} not on {write.Machine}: {write.Detail}";
                // Failures are lower, so that neither hides the other.
                shapes.Add(Hint(Box(X(write.At) - wide, write.Succeeded ? y : y + 14, wide, write.Succeeded ? 14 : 10, write.Succeeded ? Good : Bad), said));
            }

            LongestGap();
            y += 24 + Gap;
        }

        private void LongestGap()
        {
            var good = timeline.Writes.Where(write => write.Succeeded).ToList();
            if (good.Count < 2)
                return;
            var (before, after) = good.Zip(good.Skip(1)).MaxBy(pair => pair.Second.At - pair.First.At);
            var middle = (X(before.At) + X(after.At)) / 2;
            y += 24;
            shapes.Add(Line(X(before.At), y + 3, X(after.At), y + 3, Ink));
            shapes.Add(Text(Math.Clamp(middle, Left + 110, Width - Right - 110), y + 15, $"longest time without a write: {(after.At - before.At).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s", Ink, 11, anchor: "middle"));
            y -= 6;
        }

        private void Network()
        {
            shapes.Add(Text(12, y + 15, "network", Ink, 14, bold: true));
            shapes.Add(Box(Left, y, Width - Left - Right, 20, "#f6f8fa"));
            foreach (var span in timeline.Networks)
            {
                shapes.Add(Hint(Box(X(span.From), y, X(span.To) - X(span.From), 20, "#ffc1bc"), span.Text));
                // It may go beyond its span: what follows is empty.
                shapes.Add(Text(Math.Min(X(span.From) + 4, Width - Right - (span.Text.Length * 7)), y + 14, span.Text, Ink, 11));
            }

            y += 20 + Gap;
        }

        private void Broken(int top, int bottom)
        {
            foreach (var watch in timeline.Broken)
            {
                var x = X(watch.At);
                var line = Line(x, top - 8, x, bottom, Bad);
                line.SetAttributeValue("stroke-width", 3);
                shapes.Add(Hint(line, watch.Broken!));
            }
        }

        private void Axis(int at)
        {
            var step = AxisSteps.First(step => seconds / step <= 14 || step == AxisSteps[^1]);
            shapes.Add(Line(Left, at, Width - Right, at, Faint));
            for (var second = 0; second <= seconds; second += step)
            {
                var x = X(timeline.Start.AddSeconds(second));
                shapes.Add(Line(x, at, x, at + 5, Faint));
                shapes.Add(Text(x, at + 18, Clock(TimeSpan.FromSeconds(second)), Faint, 11, anchor: "middle"));
            }

            y = at + 34;
        }

        private void Legend()
        {
            double x = Left;
            void Entry(string color, string text)
            {
                shapes.Add(Box(x, y, 14, 12, color));
                shapes.Add(Text(x + 19, y + 10, text, Ink, 11));
                x += 34 + (text.Length * 6.6);
            }

            foreach (var (index, release) in releases.Index())
                Entry(Releases[index % Releases.Length], $"up, release {release}");
            Entry("#ffd8b5", "booting");
            Entry("#24292f", "off");
            Entry("#d4a72c", "holds a slot to reboot");
            if (timeline.Writes is not [])
            {
                Entry(Good, "write succeeded");
                Entry(Bad, "write failed");
            }

            if (timeline.Networks is not [])
                Entry("#ffc1bc", "network disturbed");
            y += 30;
        }

        private void StepTitles()
        {
            var half = (timeline.Steps.Count + 1) / 2;
            foreach (var (index, step) in timeline.Steps.Index())
            {
                var x = index < half ? Left : Left + ((Width - Left - Right) / 2);
                var title = $"{step.Number}  {step.Title}";
                shapes.Add(Text(x, y + (index % half * Row), title.Length > 88 ? $"{title[..87]}…" : title, step.Outcome is Outcome.Passed ? Ink : Bad, 11));
            }

            y += half * Row;
        }

        /// <summary>A text that has room in its span.</summary>
        private void Inside(TimelineSpan span, string text, double baseline, int size, string ink)
        {
            if (X(span.To) - X(span.From) > text.Length * size * 0.62)
                shapes.Add(Text((X(span.From) + X(span.To)) / 2, baseline, text, ink, size, anchor: "middle"));
        }
    }

    private static XElement Box(double x, double y, double width, double height, string fill) =>
        new(Svg + "rect", At("x", x), At("y", y), At("width", Math.Max(0.5, width)), At("height", height), new XAttribute("fill", fill));

    private static XElement Line(double x1, double y1, double x2, double y2, string stroke) =>
        new(Svg + "line", At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2), new XAttribute("stroke", stroke));

    private static XElement Text(double x, double y, string text, string fill, int size = 12, bool bold = false, string anchor = "start") => new(
        Svg + "text", At("x", x), At("y", y), new XAttribute("fill", fill), At("font-size", size), new XAttribute("text-anchor", anchor),
        bold ? new XAttribute("font-weight", "bold") : null, Printable(text));

    /// <summary>Browsers show it where the pointer is.</summary>
    private static XElement Hint(XElement shape, string text)
    {
        shape.Add(new XElement(Svg + "title", Printable(text)));
        return shape;
    }

    private static XAttribute At(string name, double value) => new(name, Math.Round(value, 1).ToString(CultureInfo.InvariantCulture));

    /// <summary>XML knows no control characters, and consoles are full of them.</summary>
    private static string Printable(string text) => new([.. text.Where(letter => System.Xml.XmlConvert.IsXmlChar(letter))]);

    private static string Clock(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:00}");

    private static IEnumerable<string> Lines(string? text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in (text ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + word.Length >= width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }
}

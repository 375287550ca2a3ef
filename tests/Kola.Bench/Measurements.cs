using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kola.Bench;

/// <summary>The numbers of one call: all of them for a file, the telling ones for a table.</summary>
internal sealed class Measurements
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private readonly JsonObject numbers = [];
    private readonly List<string> table = [];

    /// <summary>What was noted; <see langword="null"/>: nothing was.</summary>
    public JsonNode? this[string key] => numbers[key];

    public void Note(string key, JsonNode value) => numbers[key] = value;

    public void Note(string key, IEnumerable<double> values) => numbers[key] = Array(values);

    /// <summary>A line of the table.</summary>
    /// <param name="atMost">The target, which is the most that the value may be.</param>
    /// <param name="format">Of both numbers, see <see cref="double.ToString(string)"/>.</param>
    public void Row(string what, double value, string unit = "", double? atMost = null, string format = "0.###")
    {
        string Text(double number) => $"{number.ToString(format, CultureInfo.InvariantCulture)} {unit}".TrimEnd();
        table.Add($"{what,-50} {Text(value),12} {(atMost is { } target ? Text(target) : ""),12}  {(atMost is null ? "" : value <= atMost ? "met" : "MISSED")}".TrimEnd());
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"\n{"measured (medians)",-50} {"value",12} {"target",12}");
        foreach (var line in table)
            output.WriteLine(line);
    }

    public void Write(string path) => File.WriteAllText(path, numbers.ToJsonString(Readable) + "\n");

    public static JsonArray Array(IEnumerable<double> values) => new([.. values.Select(value => (JsonNode)value)]);

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

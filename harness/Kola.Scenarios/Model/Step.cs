using System.ComponentModel;
using System.Reflection;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>One thing that a scenario does or checks. A closed union: the kinds are the sealed records of this folder, one file each.</summary>
public abstract record Step : IChecked
{
    /// <summary>What <see cref="On"/> names.</summary>
    internal const string Machine = "machine";

    private protected Step() { }

    /// <summary>Never empty after loading: a scenario's only machine is filled in.</summary>
    [Description("Machine that the step is about (a list: each of them). Needed only where the scenario has several."), Reference(Machine)]
    public IReadOnlyList<string> On { get; init; } = [];

    [Description("Title for people. Default: made from the step.")]
    public string? Name { get; init; }

    [Description("Bound of the step, for KVM; longer under emulation."), Example("20s"), AtMost("24h")]
    public TimeSpan? Timeout { get; init; }

    [Unwritten]
    public SourceLocation Location { get; init; }

    /// <summary>The kind as in files, such as <c>run</c>.</summary>
    [Unwritten]
    public string Kind => GetType().GetCustomAttribute<KeywordAttribute>()!.Key;

    /// <summary>A line for people.</summary>
    [Unwritten]
    public string Title => Name ?? $"{Kind}: {Describe()}".TrimEnd(' ', ':');

    /// <inheritdoc/>
    public bool CheckKeys(YamlMapping written, BindingContext context)
    {
        var machines = context.Names(Machine);
        var type = GetType();
        if (machines.Count < 2 || type.IsDefined(typeof(MachinelessAttribute)) || type.IsDefined(typeof(SeveralMachinesAttribute)) || written.Find("on") is not null)
            return true;
        // 'power-off: node' and 'on: node' are two ways to say the same.
        if (type.GetCustomAttribute<KeywordAttribute>()!.Value == nameof(On) && written.Find(Kind) is not YamlScalar { IsNull: true })
            return true;
        context.Report(written.Location, $"'{Kind}' does not say on which machine; expected 'on:' with one of {string.Join(", ", machines)}");
        return false;
    }

    /// <summary>What the step does, without its kind and machine, on one short line.</summary>
    private protected abstract string Describe();

    private protected static string Shorten(string text)
    {
        const int length = 72;
        var line = text.AsSpan().Trim();
        var end = line.IndexOf('\n');
        var cut = end >= 0 || line.Length > length;
        line = line[..Math.Min(end >= 0 ? end : line.Length, length)].TrimEnd();
        return cut ? $"{line}…" : line.ToString();
    }
}

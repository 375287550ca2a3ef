using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using Kola.Yaml;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>One thing that a scenario does or checks. A closed union: the kinds are the sealed records below <c>Steps/</c>, one file each.</summary>
/// <remarks>A kind implements exactly one of the interfaces of <c>Steps/StepContext.cs</c>, which says what it is about and executes it.</remarks>
public abstract record Step : IChecked
{
    /// <summary>What <see cref="On"/> names.</summary>
    internal const string Machine = "machine";

    private static readonly ConcurrentDictionary<Type, KeywordAttribute> Keywords = [];

    private protected Step() { }

    /// <summary>Never empty after loading: a scenario's only machine is filled in.</summary>
    [Description("Machine that the step is about (a list: each of them). Needed only where the scenario has several."), Reference(Machine)]
    public IReadOnlyList<string> On { get; init; } = [];

    [Description("Title for people. Default: made from the step.")]
    public string? Name { get; init; }

    [Description("Bound of the step, for KVM; longer under emulation."), Example("20s")]
    public TimeSpan? Timeout { get; init; }

    [Unwritten]
    public SourceLocation Location { get; init; }

    /// <summary>The kind as in files, such as <c>run</c>.</summary>
    [Unwritten]
    public string Kind => Keyword.Key;

    /// <summary>A line for people.</summary>
    [Unwritten]
    public string Title => Name ?? $"{Kind}: {Describe()}".TrimEnd(' ', ':');

    /// <inheritdoc/>
    public bool CheckKeys(YamlMapping written, BindingContext context)
    {
        var machines = context.Names(Machine);
        if (machines.Count < 2 || Scope is not StepScope.EachMachine || written.Find("on") is not null)
            return true;
        // 'power-off: node' and 'on: node' are two ways to say the same.
        if (Keyword.Value == nameof(On) && written.Find(Kind) is not YamlScalar { IsNull: true })
            return true;
        context.Report(written.Location, $"'{Kind}' does not say on which machine; expected 'on:' with one of {string.Join(", ", machines)}");
        return false;
    }

    /// <summary>How the kind is written: looked up once, as a folder may hold thousands of steps.</summary>
    private KeywordAttribute Keyword => Keywords.GetOrAdd(GetType(), static kind => kind.GetCustomAttribute<KeywordAttribute>()!);

    /// <summary>What an execution is about, as the kind's interface says.</summary>
    [Unwritten]
    public StepScope Scope => StepScopeAttribute.SaidBy(GetType())[0];

    /// <summary>The least number of machines for a kind that is about several together.</summary>
    internal virtual int LeastMachines => 2;

    /// <summary>Label of the checkpoint that the step makes; <see langword="null"/>: it makes none.</summary>
    internal virtual string? Checkpoint => null;

    /// <summary>Whether the step saves machines that are on, which they have to be started for.</summary>
    internal virtual bool Saves => Checkpoint is not null;

    /// <summary>Images that the step needs besides those that machines boot, by the names in the file.</summary>
    internal virtual IEnumerable<string> ImageNames => [];

    /// <summary>Those of them whose update artifacts machines may install.</summary>
    internal virtual IEnumerable<string> ServedImages => [];

    /// <summary>Update files by what they are for without which the step shows nothing.</summary>
    internal virtual IEnumerable<ServedFile> NeededFiles => [];

    /// <summary>Whether the step shows nothing without an adapter that knows how the OS lies on its disk.</summary>
    internal virtual bool ReadsLayout => false;

    /// <summary>Tells the checks what the step gives a name to.</summary>
    internal virtual void DeclareNames(StepChecks checks)
    {
    }

    /// <summary>Reports what is wrong with the step as one of many.</summary>
    internal virtual void Check(StepChecks checks)
    {
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

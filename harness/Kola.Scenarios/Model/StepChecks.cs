using System.Net;
using Kola.Yaml;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>What a step is checked against, besides what it says itself: the scenario's machines and networks, and the steps before it.</summary>
/// <param name="parent">What the scenario continues from; <see langword="null"/> when it begins with its own machines.</param>
internal sealed class StepChecks(
    IReadOnlyList<Step> steps, ScenarioCase? parent, IReadOnlyCollection<MachineDefinition> machines, IReadOnlyDictionary<string, IPNetwork> networks, BindingContext context)
{
    private readonly Dictionary<string, string> names = [];
    private int position;

    public IReadOnlyCollection<MachineDefinition> Machines => machines;

    /// <summary>Networks that machines share, by name.</summary>
    public IReadOnlyDictionary<string, IPNetwork> Networks => networks;

    /// <summary>Checks each step, in order.</summary>
    public void Run()
    {
        foreach (var step in parent?.Ancestry.Reverse().SelectMany(ancestor => ancestor.Steps) ?? [])
            step.DeclareNames(this);
        for (position = 0; position < steps.Count; position++)
        {
            steps[position].DeclareNames(this);
            steps[position].Check(this);
        }
    }

    /// <summary>The steps of a kind before this one, in this scenario.</summary>
    public IEnumerable<T> Before<T>() => steps.Take(position).OfType<T>();

    /// <summary>The steps of a kind before this one, those of the scenarios that this one continues from first.</summary>
    public IEnumerable<T> EverBefore<T>() => [.. (parent?.Ancestry.Reverse().SelectMany(ancestor => ancestor.Steps) ?? []).OfType<T>(), .. Before<T>()];

    /// <summary>A step gives a name to something that runs beside the machines. Two kinds of things cannot share one.</summary>
    /// <param name="what">The kind, for messages.</param>
    public void Declare(Step step, string name, string what)
    {
        if (!names.TryAdd(name, what) && names[name] != what)
            Report(step, $"'{name}' is {names[name]}; expected another name");
    }

    /// <summary>Reports a name that is missing where there are several, or unknown.</summary>
    /// <param name="name">As the step gives it; <see langword="null"/>: it does not say.</param>
    /// <param name="known">At least one.</param>
    /// <param name="what">Of what it is the name, such as <c>server</c>.</param>
    /// <param name="unnamed">The message where the name is missing and there is a choice.</param>
    /// <returns>The name that is meant; <see langword="null"/> where a problem was reported.</returns>
    public string? Choose(Step step, string? name, IReadOnlyList<string> known, string what, string unnamed)
    {
        if (name is null && known.Count == 1)
            return known[0];
        if (name is null)
            Report(step, $"{unnamed} with one of {string.Join(", ", known)}");
        else if (known.Contains(name))
            return name;
        else
            Report(step, $"no {what} is called '{name}'; expected one of {string.Join(", ", known)}{Spelling.Hint(name, known)}");
        return null;
    }

    public void Report(Step step, string problem) => context.Report(step.Location, problem);
}

using Kola.Scenarios.Model.Values;
using Kola.Yaml;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Scenarios.Model;

/// <summary>A scenario file's tree, from which its cases are bound again and again.</summary>
/// <param name="Path">Path as shown in messages.</param>
/// <param name="Root">Folder that files named by the scenario must lie in.</param>
/// <param name="Parents">The files that lead here by <c>from</c>, this one included.</param>
internal sealed record ScenarioSource(string Path, string Root, YamlMapping Tree, ParentFiles Parents)
{
    /// <summary>The document with these values for its variables, or <see langword="null"/> when problems were reported.</summary>
    /// <param name="variables">The file's.</param>
    /// <param name="point">The point of its matrix.</param>
    public ScenarioDocument? Bind(VariableTable variables, IReadOnlyDictionary<string, VariableValue> point, ICollection<YamlProblem> problems)
    {
        var values = variables.At(point);
        var before = problems.Count;
        var parent = ScenarioParent.Load(Tree, Root, Parents, new(Path, Root, problems), problems);
        var tree = Members.Substitute(Tree, values, new(Path, Root, problems));
        var context = new BindingContext(Path, Root, problems)
        {
            Declared = new Dictionary<string, IReadOnlyCollection<string>>
            {
                [Step.Machine] = [.. parent?.Machines.Select(machine => machine.Name) ?? (tree.Find("machines") as YamlMapping)?.Entries.Select(entry => entry.Key.Text) ?? []],
            },
            Words = variables.Roles.Words(VariableTable.OldestAt(point)),
            OnlyWords = Parents.Rules.Portable && Tree.Find("for") is null ? ReleaseRoles.Expected : new Dictionary<string, string>(),
        };
        var whole = ScenarioDocument.Layout.TryBind(tree, context, out var bound);
        var document = (ScenarioDocument)bound!;
        if (document.Steps is not null)
            document = document with { Steps = [.. document.Steps.Select(step => Assign(step, context))] };
        if (document.Machines is not null)
            document = document with { Machines = Complete(document, context) };
        LabNetworks.Check(tree, document, [.. document.Machines?.Values ?? []], context);
        if (document.From is { } given && parent is not null)
            document = Continue(document, given, parent);
        if (document.Steps is not null)
            new StepChecks(document.Steps, parent, [.. document.Machines?.Values ?? []], document.Networks, context).Run();
        return whole && problems.Count == before ? document : null;
    }

    /// <summary>With the machines of the scenario that it continues from, and the networks that they share.</summary>
    private static ScenarioDocument Continue(ScenarioDocument document, ParentCheckpoint given, ScenarioCase parent) => document with
    {
        From = given with { Parent = parent },
        Machines = new OrderedDictionary<string, MachineDefinition>(parent.Machines.Select(machine => KeyValuePair.Create(machine.Name, machine))),
        Networks = parent.Networks,
    };

    private static Step Assign(Step step, BindingContext context)
    {
        if (step.On.Distinct().Count() != step.On.Count)
            context.Report(step.Location, "a machine is named twice in 'on'; expected each once");
        if (step.Scope is StepScope.NoMachine)
            return step;
        var assigned = step.On.Count > 0 ? step : step with { On = [.. context.Names(Step.Machine)] };
        if (step.Scope is StepScope.SeveralMachines && assigned.On.Count < step.LeastMachines)
            context.Report(step.Location, $"'{step.Kind}' is about one machine; expected at least two");
        return assigned;
    }

    private static OrderedDictionary<string, MachineDefinition> Complete(ScenarioDocument document, BindingContext context)
    {
        var machines = new OrderedDictionary<string, MachineDefinition>();
        foreach (var (name, machine) in document.Machines)
        {
            if (machine.Image is null && document.Image is null)
                context.Report(machine.Location, $"machine '{name}' has no image; expected 'image' here or at the top of the file");
            machines[name] = machine with { Name = name, Image = machine.Image ?? document.Image };
        }

        return machines;
    }
}

/// <summary>The document at a point of the file's matrix.</summary>
internal sealed record BoundPoint(IReadOnlyDictionary<string, VariableValue> Point, ScenarioDocument Document);

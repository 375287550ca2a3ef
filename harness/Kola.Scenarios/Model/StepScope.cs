using System.Collections.Concurrent;
using System.Reflection;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Model;

/// <summary>What one execution of a step is about.</summary>
public enum StepScope
{
    /// <summary>No machine: the step has no <c>on</c>.</summary>
    NoMachine,

    /// <summary>One machine; where <c>on</c> names several, each of them in turn.</summary>
    EachMachine,

    /// <summary>Several machines together; without <c>on</c>, all.</summary>
    SeveralMachines,
}

/// <summary>Says the scope of each kind of step that implements the interface. Loader, schema and runner ask nothing else.</summary>
[AttributeUsage(AttributeTargets.Interface)]
internal sealed class StepScopeAttribute(StepScope scope) : OmitsAttribute(scope is StepScope.NoMachine ? [nameof(Step.On)] : [])
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<StepScope>> Said = [];

    /// <param name="kind">A record that derives from <see cref="Step"/>.</param>
    /// <returns>What each of its interfaces says: exactly one for a kind that is whole.</returns>
    public static IReadOnlyList<StepScope> SaidBy(Type kind) =>
        Said.GetOrAdd(kind, static kind => [.. kind.GetInterfaces().Select(implemented => implemented.GetCustomAttribute<StepScopeAttribute>()).OfType<StepScopeAttribute>().Select(said => said.Scope)]);

    public StepScope Scope => scope;
}

using Kola.Yaml.Binding;

namespace Kola.Scenarios.Model;

/// <summary>A kind of step that is about no machine: it has no <c>on</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MachinelessAttribute() : OmitsAttribute(nameof(Step.On));

/// <summary>A kind of step that is about several machines together; without <c>on</c>, about all.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SeveralMachinesAttribute : Attribute
{
    /// <summary>How many at least.</summary>
    public int Least { get; init; } = 2;
}

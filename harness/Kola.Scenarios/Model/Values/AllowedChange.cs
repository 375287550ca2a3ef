using Kola.Machines.Guests;
using Kola.Yaml.Values;

namespace Kola.Scenarios.Model.Values;

/// <summary>What an update may change of what it must leave as it is (<see cref="Invariant"/>).</summary>
public sealed record AllowedChange(InvariantAllowance Allowance) : IWritten<AllowedChange>
{
    /// <inheritdoc/>
    public static WrittenForm Form { get; } = new($"one of {string.Join(", ", InvariantAllowance.Words)}", Pattern: null);

    /// <inheritdoc/>
    public static bool TryParse(string text, out AllowedChange value)
    {
        var allowance = InvariantAllowance.Parse(text);
        value = new(allowance!);
        return allowance is not null;
    }

    public override string ToString() => Allowance.ToString();
}

using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Power;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Starts a machine whose next release is bad, and waits until it has come back to the old one by itself, after however many boots.</summary>
[Keyword("fall-back", Value = nameof(To)), Description("Restart the machine (or power it on when it is off) and wait until, by itself, it runs an older release after having tried another.")]
public sealed record FallBackStep : Step
{
    [Description("Release that it comes back to."), Example("\"1\"")]
    public required string To { get; init; }

    [Description("How it is restarted. soft: the guest is told to; hard: a reset, without warning; own: it does so by itself.")]
    public RebootKind How { get; init; } = RebootKind.Soft;

    [Description("How often each release must have been started before, by the console. Default: another one at least once."), NotEmpty, Format("^[0-9][A-Za-z0-9.~^+-]*$", "a release's version, which begins with a digit", Keys = true), Example("{ \"2\": 3 }")]
    public IReadOnlyDictionary<string, int> Tried { get; init; } = new Dictionary<string, int>();

    private protected override string Describe() => $"to {To}";
}

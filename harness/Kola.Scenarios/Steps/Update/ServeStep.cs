using System.ComponentModel;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Lets an update server serve a release from now on. Again for the same server: another release, or other faults.</summary>
[Keyword("serve", Value = nameof(Server)), Description("Serve a release's update artifacts to the machines from now on, instead of what this server served before."), Machineless]
public sealed record ServeStep : Step
{
    [Description("Name of the update server."), Format("^[a-z][a-z0-9-]{0,31}$", "a server's name of lower-case letters, digits and dashes"), Example("updates")]
    public required string Server { get; init; }

    [Description("Image whose update artifacts are served, with its release."), Format(@"^[^:\s]+:[^:\s]+$", "an image with its release such as kola-os:2"), Example("kola-os:2")]
    public required string Release { get; init; }

    [Description("What goes wrong with the server's answers.")]
    public IReadOnlyList<ServedFault> Faults { get; init; } = [];

    private protected override string Describe() => Shorten(string.Join(", ", [$"{Release} by {Server}", .. Faults.Select(fault => fault.Title)]));
}

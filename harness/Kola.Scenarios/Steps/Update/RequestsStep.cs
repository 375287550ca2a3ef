using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Update;

/// <summary>Judges what was asked of a server since its last <see cref="ServeStep"/>.</summary>
[Keyword("requests", Value = nameof(Server)), Description("Judge what was asked of an update server since it serves what it serves."), Machineless]
public sealed record RequestsStep : Step
{
    [Description("Name of the update server.")]
    public required string Server { get; init; }

    [Description("What must hold, all of it."), NotEmpty]
    public required IReadOnlyList<RequestExpectation> Seen { get; init; }

    private protected override string Describe() => Shorten($"of {Server}: {string.Join(", ", Seen.Select(seen => $"{seen.Count?.ToString() ?? "some"} of {seen.Path}"))}");
}

/// <summary>How many requests of a kind there were.</summary>
public sealed record RequestExpectation
{
    [Description("Which files: a name, in which * stands for any characters."), Shorthand, Example("SHA256SUMS")]
    public required string Path { get; init; }

    [Description("HTTP status they were answered with. Default: any."), Range(100, 599)]
    public int? Status { get; init; }

    [Description("How many there were. Default: at least one."), Range(0, 1000000)]
    public int? Count { get; init; }
}

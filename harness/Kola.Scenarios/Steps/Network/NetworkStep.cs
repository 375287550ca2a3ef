using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Kola.Scenarios.Model;
using Kola.Scenarios.Steps.Power;
using Kola.Yaml.Binding;

namespace Kola.Scenarios.Steps.Network;

/// <summary>Pulls the cable of a network interface, or plugs it in again. The first interface is Kola's own way in: no step can ask the guest anything while it is out.</summary>
[Keyword("network", Value = nameof(Link)), Description("Pull a network cable of the machine, or plug it in again and wait until the guest answers.")]
public sealed record NetworkStep : Step
{
    [Description("down: pull it; up: plug it in.")]
    public required LinkState Link { get; init; }

    [Description("Which interface, counted from 0; Kola itself comes by the first."), Range(0, 8)]
    public int Nic { get; init; }

    [Description("With down: plug it in again after this time, in real time; what is under way in the guest goes on, if it can."), Example("20s"), AtMost("24h")]
    public TimeSpan? For { get; init; }

    [Description("The moment to wait for. Default: now.")]
    public Moment? When { get; init; }

    private protected override string Describe() => $"{Link.ToString().ToLowerInvariant()}{(For is { } time ? $" for {time.TotalSeconds:0.#} s" : "")}{(Nic == 0 ? "" : $" (interface {Nic})")}{(When is null ? "" : $" {When.Title}")}";
}

public enum LinkState { Up, Down }

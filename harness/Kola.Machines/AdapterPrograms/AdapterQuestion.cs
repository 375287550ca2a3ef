using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kola.Yaml;
using Kola.Yaml.Binding;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace Kola.Machines.AdapterPrograms;

/// <summary>What an adapter program is asked.</summary>
public enum AdapterQuestionKind
{
    /// <summary>What holds for every guest of the family. Asked without a machine.</summary>
    Describe,

    /// <summary>What runs now, and from which slot.</summary>
    Release,

    /// <summary>How the boot loader counts what runs.</summary>
    Assessment,

    /// <summary>What is in each slot.</summary>
    Installed,

    /// <summary>How often each release on trial was tried.</summary>
    Tries,

    /// <summary>To let updates come from a server.</summary>
    Point,

    /// <summary>To look for an update and install it, without a reboot.</summary>
    Update,

    /// <summary>To make the next boots run another installed release.</summary>
    RollBack,
}

/// <summary>What an adapter program reads on its standard input.</summary>
public sealed record AdapterQuestion
{
    [Description("Version of the protocol."), Range(AdapterProgram.Protocol, AdapterProgram.Protocol)]
    public required int Protocol { get; init; }

    [Description("What is asked: 'describe' once and without a machine, all else of one machine.")]
    public required AdapterQuestionKind Question { get; init; }

    [Description("What the question is about.")]
    public required AdapterParameters With { get; init; }

    [Description("How the commands ended that the program let run in the guest for this question, in their order; empty at first.")]
    public required IReadOnlyList<GuestCommandEnd> Results { get; init; }

    /// <summary>The question before anything ran in the guest.</summary>
    public static AdapterQuestion Of(AdapterQuestionKind kind, AdapterParameters? with = null) => new() { Protocol = AdapterProgram.Protocol, Question = kind, With = with ?? new(), Results = [] };

    internal byte[] ToJson()
    {
        var with = new JsonObject();
        if (With.Source is { } source)
            with["source"] = source.ToString();
        if (With.Release is { } release)
            with["release"] = release;
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(new JsonObject
        {
            ["protocol"] = Protocol,
            ["question"] = Question.Word(),
            ["with"] = with,
            ["results"] = new JsonArray([.. Results.Select(end => new JsonObject { ["exitCode"] = end.ExitCode, ["stdout"] = end.Stdout, ["stderr"] = end.Stderr })]),
        });
    }
}

/// <summary>What a question is about.</summary>
public sealed record AdapterParameters
{
    [Description("Of 'point': the HTTP address that updates come from. It ends in a slash.")]
    public Uri? Source { get; init; }

    [Description("Of 'roll-back': the release to return to."), Format(@"\S", "a release")]
    public string? Release { get; init; }
}

/// <summary>How a command ended that ran in the guest.</summary>
public sealed record GuestCommandEnd
{
    [Description("As the shell counts: 128 + number for a command that died of a signal."), Key("exitCode")]
    public required int ExitCode { get; init; }

    [Description("What it printed.")]
    public required string Stdout { get; init; }

    [Description("What it printed on standard error.")]
    public required string Stderr { get; init; }
}

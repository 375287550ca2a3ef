using System.Text.Json.Nodes;
using Kola.Yaml.Binding;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Machines.AdapterPrograms;

/// <summary>Tries a program without a machine: what it says of its family, and with which command it would begin to answer each question.</summary>
public static class AdapterProgramCheck
{
    /// <param name="path">Absolute.</param>
    /// <param name="name">As messages name it.</param>
    /// <returns>The program, and its first command for each question that it can be asked.</returns>
    /// <exception cref="AdapterProgramException">It cannot be run, or does not answer as the protocol says.</exception>
    public static async Task<(AdapterProgram Program, IReadOnlyDictionary<AdapterQuestionKind, string> Commands)> RunAsync(string path, string name, CancellationToken cancellation)
    {
        var program = await AdapterProgram.OpenAsync(path, name, cancellation);
        var commands = new Dictionary<AdapterQuestionKind, string>();
        foreach (var kind in Enum.GetValues<AdapterQuestionKind>())
        {
            if (kind is AdapterQuestionKind.Describe || (kind is AdapterQuestionKind.Assessment && !program.Facts.AssessesBoots) || (kind is AdapterQuestionKind.Tries && !program.Facts.CountsTries))
                continue;
            var with = kind switch
            {
                AdapterQuestionKind.Point => new AdapterParameters { Source = new("http://192.0.2.1/") },
                AdapterQuestionKind.RollBack => new AdapterParameters { Release = "1" },
                _ => null,
            };
            // Whatever the answer would be: it is none yet.
            var reply = await program.AskAsync<AnyAnswer>(AdapterQuestion.Of(kind, with), cancellation);
            commands[kind] = reply.Run ?? throw program.Fault(kind, $"answered without running a command in the guest{(reply.Error is null ? "" : $": {reply.Error}")}; expected 'run' first");
        }

        return (program, commands);
    }
}

/// <summary>An answer that is not looked at.</summary>
[Shape(typeof(AnyAnswerShape))]
public sealed record AnyAnswer;

/// <summary>Whatever stands there.</summary>
public sealed class AnyAnswerShape : Shape
{
    /// <inheritdoc/>
    public override string Expected => "anything";

    /// <inheritdoc/>
    public override bool TryBind(YamlNode node, BindingContext context, out object? value)
    {
        value = new AnyAnswer();
        return true;
    }

    /// <inheritdoc/>
    public override JsonObject Describe(SchemaDefinitions definitions) => [];
}

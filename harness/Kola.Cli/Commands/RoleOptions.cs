using System.CommandLine;
using Kola.Scenarios.Runs;

namespace Kola.Cli.Commands;

/// <summary>The options that say which release plays which role, for every command that runs or lists scenarios.</summary>
internal sealed class RoleOptions
{
    private readonly Option<string?> previous = Option("--previous", "Release in the field, from which machines are updated.");
    private readonly Option<string?> candidate = Option("--candidate", "Release to judge.");
    private readonly Option<string?> next = Option("--next", "Release that the candidate must be able to update to. Default: the catalog's, or made from the candidate by its recipe.");
    private readonly Option<string[]> oldest = new("--oldest") { Description = "Further release in the field. Repeatable.", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { previous, candidate, next, oldest })
            command.Add(option);
    }

    /// <summary>What was asked for.</summary>
    public RoleRequest Request(ParseResult result) => new()
    {
        Previous = result.GetValue(previous),
        Candidate = result.GetValue(candidate),
        Next = result.GetValue(next),
        Oldest = result.GetValue(oldest) ?? [],
    };

    /// <summary>Whether a release was named.</summary>
    public static bool Names(RoleRequest request) => request is not { Previous: null, Candidate: null, Next: null, Oldest: [] };

    private static Option<string?> Option(string name, string what) => new(name) { Description = $"{what} A release's folder, or NAME:RELEASE.", HelpName = "DIR" };
}

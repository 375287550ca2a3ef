using Kola.Machines.Host;
using Kola.Scenarios.Model.Values;

namespace Kola.Scenarios.Steps.Guest;

/// <summary>Compares a path in the guest with what it must be.</summary>
internal static class FileCheck
{
    /// <summary>No kind of file that <c>stat</c> names.</summary>
    private const string Nothing = "absent";

    public static async Task<IReadOnlyList<string>> RunAsync(string path, FileExpectation expected, MachineStepContext context, CancellationToken cancellation)
    {
        var quoted = ShellQuote.Word(path);
        var ssh = context.Live.Ssh;
        // Fields one a line, in a fixed order. Root looks: what a file is does not depend on whom Kola logs in as.
        var stat = await ssh.QueryAsync(ssh.AsRoot($"stat -c '%F\n%a\n%U\n%G' -- {quoted} 2>/dev/null && {{ readlink -- {quoted} || true; }} || echo {Nothing}"), context.Bound, cancellation);
        if (!stat.Succeeded)
            return [$"cannot be looked at: {stat.Stderr.Trim()}; {ssh.User} needs sudo without a password"];
        var present = stat.Stdout.Trim() != Nothing;
        if (expected.State == FilePresence.Absent)
            return present ? ["expected nothing there, but it is present"] : [];
        if (!present)
            return ["expected it to be present, but there is nothing"];

        var fields = stat.Stdout.Split('\n');
        var wrong = new List<string>();
        Compare("type", expected.Type?.ToString().ToLowerInvariant(), Kind(fields[0]), wrong);
        Compare("mode", expected.Mode?.ToString(), fields[1].PadLeft(4, '0'), wrong);
        Compare("owner", expected.Owner, fields[2], wrong);
        Compare("group", expected.Group, fields[3], wrong);
        Compare("target", expected.Target, fields[4], wrong);
        if (expected.Text is not null)
        {
            var content = await ssh.QueryAsync(ssh.AsRoot($"cat -- {quoted}"), context.Bound, cancellation);
            if (content.ExitCode != 0)
                wrong.Add($"cannot be read: {content.Stderr.Trim()}");
            else if (content.WholeStdout is not { } whole)
                wrong.Add(TextExpectation.TooLong);
            else if (expected.Text.Check(whole) is { } text)
                wrong.Add(text);
        }

        return wrong;
    }

    /// <summary>The words of <c>stat</c> in the words of scenario files.</summary>
    private static string Kind(string type) => type switch
    {
        "regular file" or "regular empty file" => "file",
        "symbolic link" => "link",
        _ => type,
    };

    private static void Compare(string what, string? expected, string seen, List<string> wrong)
    {
        if (expected is not null && expected != seen)
            wrong.Add($"{what}: expected {expected}, got {(seen.Length == 0 ? "nothing" : seen)}");
    }
}

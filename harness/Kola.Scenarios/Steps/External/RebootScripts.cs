namespace Kola.Scenarios.Steps.External;

/// <summary>The programs by which a test asks for a reboot, from the contract of Debian's autopkgtest (README.package-tests, <i>Reboot during a test</i>).</summary>
internal static class RebootScripts
{
    /// <summary>Content by absolute path.</summary>
    public static IReadOnlyDictionary<string, string> Of(TestUnit unit) => new Dictionary<string, string>
    {
        [$"{unit.Root}/tmp/autopkgtest-reboot"] = Script(unit, RebootRequest.WholeMachine, "systemctl reboot"),
        [$"{unit.Root}/tmp/autopkgtest-reboot-prepare"] = Script(unit, RebootRequest.WholeMachine, null),
        [$"{unit.Root}/tmp/autopkgtest-soft-reboot"] = Script(unit, RebootRequest.UserSpaceAlone, "systemctl soft-reboot"),
        [$"{unit.Root}/tmp/autopkgtest-soft-reboot-prepare"] = Script(unit, RebootRequest.UserSpaceAlone, null),
    };

    /// <param name="restart">What restarts the guest; <see langword="null"/>: the test does so itself.</param>
    private static string Script(TestUnit unit, string kind, string? restart) => !unit.MayReboot
        ? """
        #!/bin/sh
        echo "this test shares its machine with others, so it cannot reboot it; set 'exclusive: true' in its metadata" >&2
        exit 1

        """
        : $"""
        #!/bin/sh
        # Written by Kola. The mark is with Kola before the machine goes down, and comes back as AUTOPKGTEST_REBOOT_MARK.
        set -eu
        if [ $# -ne 1 ] || [ -z "$1" ]; then
            echo "usage: $0 MARK" >&2
            exit 2
        fi
        requests={unit.Requests}
        rm -f "$requests/answer"
        mkfifo -m 600 "$requests/answer"
        printf '%s\n%s' {kind} "$1" > "$requests/new"
        mv "$requests/new" "$requests/request"
        read -r answer < "$requests/answer"
        {(restart is null ? "exit 0" : $"{restart}\n# The test ends here: it does not go on in this boot.\nexec sleep 2147483647")}

        """;
}

/// <summary>A reboot that a test has asked for.</summary>
/// <param name="UserSpace">Whether the user space alone is to restart.</param>
/// <param name="Mark">What the test goes on with: any text.</param>
internal sealed record RebootRequest(bool UserSpace, string Mark)
{
    public const string WholeMachine = "reboot", UserSpaceAlone = "soft-reboot";

    /// <param name="text">The file that the scripts above write: the kind on a line, then the mark.</param>
    /// <returns><see langword="null"/>: it is none.</returns>
    public static RebootRequest? Parse(string text) =>
        text.Split('\n', 2) is [WholeMachine or UserSpaceAlone, { Length: > 0 } mark] parts ? new(parts[0] == UserSpaceAlone, mark) : null;
}

using System.Text;
using Kola.Machines.Host;

namespace Kola.Scenarios.Steps.External;

/// <summary>What is to be known of a test while it runs, by one look at the guest.</summary>
/// <param name="Properties">Of the unit, as <c>systemctl show</c> prints them.</param>
/// <param name="Request">A reboot that the test waits for; <see langword="null"/>: none.</param>
internal sealed record TestState(IReadOnlyDictionary<string, string> Properties, RebootRequest? Request)
{
    private const string RequestKey = "KolaRequest";

    // CLD_EXITED of waitid(2).
    private const string Exited = "1";

    /// <summary>The unit starts, runs or stops: how the test ends is not known yet.</summary>
    public bool Runs => Active is "activating" or "deactivating" or "reloading" || (Active == "active" && Of("SubState") != "exited");

    /// <summary>The test ended by itself and said that all is well.</summary>
    public bool Passed => Active == "active" && Of("SubState") == "exited" && Of("ExecMainCode") == Exited && Of("ExecMainStatus") == "0";

    /// <summary>The invocation by which its lines of the journal are found.</summary>
    public string Invocation => Of("InvocationID");

    private string Active => Of("ActiveState");

    /// <summary>The command that looks, for root's shell.</summary>
    public static string Command(TestUnit unit) =>
        $"systemctl show --property=LoadState,ActiveState,SubState,Result,ExecMainCode,ExecMainStatus,InvocationID {ShellQuote.Word(unit.Name)} && "
        + $"if [ -e {unit.Requests}/request ]; then printf '{RequestKey}=' && base64 {unit.Requests}/request | tr -d '\\n'; fi";

    /// <param name="text">What the command printed.</param>
    public static TestState Parse(string text)
    {
        var properties = text.Split('\n').Select(line => line.TrimEnd('\r').Split('=', 2)).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1]);
        return new(properties, properties.TryGetValue(RequestKey, out var request) ? RebootRequest.Parse(Decoded(request)) : null);
    }

    /// <summary>How the test ended, or what it is at, for people.</summary>
    public override string ToString() => this switch
    {
        { Request: { } request } => $"it asks for a {(request.UserSpace ? RebootRequest.UserSpaceAlone : RebootRequest.WholeMachine)} with the mark '{request.Mark}'",
        { Runs: true } => "it still runs",
        { Passed: true } => "it passed",
        _ => Of("LoadState") == "not-found" || Active is "inactive" or "" ? "its unit was stopped before it ended: the test, or what it did, stopped the unit or restarted the user space without /tmp/autopkgtest-soft-reboot"
            : Of("ExecMainCode") is not Exited ? $"it was ended by signal {Of("ExecMainStatus")} ({Of("Result")})"
            : Of("ExecMainStatus") switch
            {
                "77" => "it ended with exit code 77, by which some test frameworks mean 'skipped'; an external test has no such code, and what was not tested is not proven",
                "203" => "it could not be started (exit code 203): check that the guest has the interpreter of its first line, and that it was built for the guest",
                var code => $"it ended with exit code {code}",
            },
    };

    private string Of(string property) => Properties.GetValueOrDefault(property, "");

    private static string Decoded(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }
}

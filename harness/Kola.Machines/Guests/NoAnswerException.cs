namespace Kola.Machines.Guests;

/// <summary>A tool in the guest gave up waiting for systemd. Nothing is known then, which is another thing than an empty answer; and a host that kept the machine from running explains it.</summary>
public sealed class NoAnswerException(string machine, string asked, string command, string said)
    : GuestException($"{machine}: cannot tell {asked}: \"{command}\" got no answer in time: {said}; see the journal for what keeps systemd busy"), IStarvable
{
    /// <summary>sd-bus gives a call up after this time: sd_bus_get_method_call_timeout(3).</summary>
    public TimeSpan? Waited => TimeSpan.FromSeconds(25);
}

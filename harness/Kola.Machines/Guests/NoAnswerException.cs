using System.Globalization;

namespace Kola.Machines.Guests;

/// <summary>The guest's own tool gave up waiting for its answer: what was asked is not known, which is another thing than an empty answer.</summary>
/// <param name="asked">What was asked, as in "which units are enabled".</param>
public sealed class NoAnswerException(string machine, string asked, TimeSpan waited)
    : GuestException(string.Create(CultureInfo.InvariantCulture, $"{machine}: cannot tell {asked}: systemd did not answer in {waited.TotalSeconds:0} s; find out in the journal what keeps it busy")), IStarvable
{
    public TimeSpan? Waited => waited;
}

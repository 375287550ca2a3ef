using System.Globalization;
using Kola.Machines.Guests;

namespace Kola.Tests.Machines.Guests;

/// <summary>What update tools printed (recordings): both streams, then <c>exit CODE</c> in the last line.</summary>
internal static class RecordedUpdates
{
    public static UpdateReport Report(string family, string file)
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, "tests", "Kola.Tests", "Machines", "Guests", "recordings", family, file)).TrimEnd();
        var end = text.LastIndexOf("\nexit ", StringComparison.Ordinal);
        return new(int.Parse(text[(end + "\nexit ".Length)..], CultureInfo.InvariantCulture), text[..end]);
    }
}

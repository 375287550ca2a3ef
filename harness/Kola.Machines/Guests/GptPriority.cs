using Kola.Machines.Offline;

namespace Kola.Machines.Guests;

/// <summary>What gptprio keeps of a slot in its partition's attributes: GRUB takes the slot with the highest priority that is successful or has tries left, and takes one try off before it starts it.</summary>
/// <param name="Priority">0 to 15; 0 is never started.</param>
/// <param name="Tries">Starts that it still has, 0 to 15.</param>
/// <param name="Successful">Whether it was marked good.</param>
internal sealed record GptPriority(int Priority, int Tries, bool Successful)
{
    /// <summary>Tries that an installed release is given: Flatcar's post-install sets one, and priority above the other slot's.</summary>
    public const int MostTries = 1;

    /// <summary>Priority in bits 48 to 51, tries in 52 to 55, successful in 56.</summary>
    public static GptPriority Of(Partition partition) =>
        new((int)((partition.Attributes >> 48) & 0xF), (int)((partition.Attributes >> 52) & 0xF), ((partition.Attributes >> 56) & 1) != 0);

    public bool IsBootable => Priority > 0 && (Successful || Tries > 0);

    /// <summary>How its boots are counted; <see langword="null"/>: they are not, it is good, or it was never to be started.</summary>
    public TryCount? Trial => Successful || Priority == 0 ? null : new(Tries, Math.Max(0, MostTries - Tries));

    public override string ToString() => $"priority {Priority}, tries {Tries}, {(Successful ? "successful" : "not successful")}";
}

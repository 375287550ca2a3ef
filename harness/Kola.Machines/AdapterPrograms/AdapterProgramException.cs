namespace Kola.Machines.AdapterPrograms;

/// <summary>An adapter program cannot be used, or does not answer as the protocol says. The program is part of the judge: this is never the product's failure.</summary>
/// <param name="program">As the image catalog names it.</param>
/// <param name="path">Absolute.</param>
/// <param name="question">What it was asked; <see langword="null"/>: nothing yet.</param>
public sealed class AdapterProgramException(string program, string path, string? question, string what, Exception? inner = null)
    : HostException($"adapter program {program}{(question is null ? "" : $", question '{question}'")}: {what}; fix the program, and try it with: kola adapter check {path}", inner);

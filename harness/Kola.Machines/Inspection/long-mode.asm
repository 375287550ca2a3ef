; The accelerator probe's guest: a boot sector that enters 64-bit long mode with paging on, checks that translation and
; 64-bit exceptions work, and ends QEMU through isa-debug-exit (port 0xf4): exit status (value << 1) | 1.
;   nasm -f bin long-mode.asm -o long-mode.img && xxd -p -c 32 long-mode.img
PASS equ 0x2a                   ; exit status 85
FAIL equ 0x15                   ; exit status 43

        org 0x7c00
        bits 16
start:  cli
        xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7c00
        cld
        ; Page tables at 0x1000 (PML4), 0x2000 (PDPT), 0x3000 (page directory): the first 2 MiB at 0 and again at 1 GiB.
        mov di, 0x1000
        mov cx, 0x1800          ; 12 KiB in words
        rep stosw
        mov word [0x1000], 0x2003
        mov word [0x2000], 0x3003
        mov word [0x2008], 0x3003
        mov word [0x3000], 0x0083
        lgdt [gdtr]
        mov eax, cr4
        or eax, 0x20            ; PAE
        mov cr4, eax
        mov eax, 0x1000
        mov cr3, eax
        mov ecx, 0xc0000080     ; EFER
        rdmsr
        or eax, 0x100           ; LME
        wrmsr
        mov eax, cr0
        or eax, 0x80000001      ; PG | PE: long mode becomes active
        mov cr0, eax
        jmp 0x08:long64

        bits 64
long64:   mov ax, 0x10
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov rsp, 0x7c00
        ; The same memory through both mappings.
        mov rax, 0x0123456789abcdef
        mov [abs 0x6000], rax
        mov rbx, 0x40006000
        cmp [rbx], rax
        jne fail
        ; A new address space: loading CR3 again must flush without harm.
        mov rax, cr3
        mov cr3, rax
        ; An exception through a 64-bit interrupt gate (#BP, vector 3), IDT at 0x5000.
        mov rdi, 0x5030
        mov eax, pass           ; below 64 KiB: offset fits the low word
        mov [rdi], ax
        mov word [rdi + 2], 0x08        ; code selector
        mov word [rdi + 4], 0x8e00      ; present, interrupt gate
        xor eax, eax
        mov [rdi + 6], ax
        mov [rdi + 8], rax
        lidt [idtr]
        int3
fail:   mov al, FAIL
        jmp finish
pass:   mov al, PASS
finish:  out 0xf4, al
        hlt
        jmp finish

        align 8
gdt:    dq 0
        dq 0x00209a0000000000   ; 0x08: 64-bit code
        dq 0x0000920000000000   ; 0x10: data
gdtr:   dw 23
        dd gdt
idtr:   dw 0x3f
        dq 0x5000
        times 510 - ($ - $$) db 0
        dw 0xaa55

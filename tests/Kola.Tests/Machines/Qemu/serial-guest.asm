; The tests' guest: a boot sector that talks to the serial port and does what the byte it receives says.
;   nasm -f bin serial-guest.asm -o serial-guest.img && xxd -p -c 32 serial-guest.img
; It prints "guest up", then its prompt "> " without a line end, and waits for a key:
;   p  prints the last words of a panicking kernel and hangs        r  resets through the keyboard controller
;   w  writes the next key to the disk's second sector, flushed     s  shows the second sector's first byte
;   o  powers off through ACPI (q35: PM1a control block at 0x604)   any other key is echoed on a line of its own
        org 0x7c00
        bits 16
COM1    equ 0x3f8
start:  xor ax, ax
        mov ds, ax
        mov es, ax
        mov ss, ax
        mov sp, 0x7c00
        cld
        mov [drive], dl
        mov si, hello
        call print
prompt: mov si, ready
        call print
        call getc
        cmp al, 'p'
        je panic
        cmp al, 'r'
        je reset
        cmp al, 'w'
        je write
        cmp al, 's'
        je show
        cmp al, 'o'
        je off
echo:   call putc
        mov si, newline
        call print
        jmp prompt

panic:  mov si, dying
        call print
        cli
hang:   hlt
        jmp hang

reset:  mov al, 0xfe
        out 0x64, al
        jmp hang

off:    mov dx, 0x604
        mov ax, 0x2000
        out dx, ax
        jmp hang

write:  call getc
        mov di, 0x8000
        mov cx, 512
        rep stosb
        mov ah, 0x43            ; extended write
        jmp short disk
show:   mov ah, 0x42            ; extended read
disk:   mov al, 0
        mov dl, [drive]
        mov si, packet
        int 0x13
        mov al, '!'
        jc echo
        mov al, [0x8000]
        jmp echo

print:  lodsb
        test al, al
        jz done
        call putc
        jmp print
putc:   push ax
        mov dx, COM1 + 5
busy:   in al, dx
        test al, 0x20
        jz busy
        pop ax
        mov dx, COM1
        out dx, al
done:   ret
getc:   mov dx, COM1 + 5
        in al, dx
        test al, 1
        jz getc
        mov dx, COM1
        in al, dx
        ret

hello:  db 13, 10, "guest up", 13, 10, 0
ready:  db "> ", 0
dying:  db 13, 10, "[    1.0] Kernel panic - not syncing: test", 13, 10, 0
newline: db 13, 10, 0
packet: db 16, 0
        dw 1, 0x8000, 0
        dq 1
drive:  db 0
        times 510 - ($ - $$) db 0
        dw 0xaa55

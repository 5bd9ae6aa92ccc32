// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/oops_class.h"
#include "console/oops_class_entry.h"

/*
 * Names by class. Leading underscores do not count; "x*" is all that begin
 * with x, "*x*" all that hold x as a word between underscores (or as their
 * begin or end), so that "*alloc*" is sk_alloc and alloc_skb, not allocated.
 * A name stands here because of what its function is for, never because of a
 * report in which it stood.
 */
struct named {
	unsigned class;
	const char *names; /* with a blank between them */
};

/* Checkers, and the functions by which a kernel says that something is wrong. */
static const char reports[] =
	"asan_* hwasan_* kasan_* msan_* kmsan_* tsan_* kcsan_* kfence_* ubsan_* sanitizer_* "
	"write_comp_data kcov_* kmemleak_* check_memory_region* check_kcov_mode "
	"print_address_description* print_report read_word_at_a_time show_stack* dump_stack* "
	"dump_backtrace* show_regs* unwind_backtrace walk_stackframe show_trace* "
	"stack_trace_* save_stack* warn warn_* panic skb_panic skb_over_panic "
	"skb_under_panic assertfail assfail print_hex_dump* nmi_panic* check_panic_on_warn "
	"die oops_begin oops_end oops_exit crash_kexec report_bug* report_*_bug* bug "
	"bug_handler handle_bug slab_err slab_bug object_err check_bytes_and_report* "
	"check_object check_slab check_pad_bytes slab_pad_check print_trailer print_bad_pte "
	"bad_page rust_helper_BUG "
	"stack_chk_fail fortify_panic fortify_report lockdep_* lock_acquire* lock_release* "
	"lock_is_held* lock_set_* lock_pin* lock_downgrade lock_contended lock_acquired "
	"*lock_class* reacquire_held_locks validate_chain* check_noncircular* check_prev* "
	"check_deadlock* check_irq_usage check_flags* check_usage* check_lock* "
	"check_wait_context mark_lock* mark_held_locks mark_usage find_held_lock "
	"match_held_lock print_circular_bug* print_deadlock_bug* print_usage_bug* "
	"print_bad_irq* print_irq_inversion* print_unlock_imbalance* debug_check_no_locks* "
	"debug_check_no_obj* debug_object* debug_print_object debug_locks_off debug_mutex_* "
	"debug_spin_* debug_write_* debug_dma_* check_unmap check_sync add_dma_entry "
	"check_sg_segment dma_entry_* err_printk timer_is_static_object "
	"work_is_static_object trace_hardirqs_* trace_softirqs_* trace_irq_* perf_trace_* "
	"trace_event_* trace_*_lock spin_bug spin_dump rwlock_bug mutex_bug seqprop_assert "
	"might_sleep* might_fault* might_resched* might_alloc* schedule_bug schedule_debug "
	"assert_*_held* check_preemption_disabled *preempt_check* debug_smp_processor_id "
	"nmi_*backtrace* trigger_*backtrace* arch_trigger_* backtrace rcu_dump_cpu_stacks* "
	"sched_show_task* show_state* usercopy_* cfi_* cfi_slowpath* kmemcheck_* "
	"list_*_valid* list_*_corruption refcount_warn* refcount_error* page_table_check_* "
	"kunit_fail* kunit_do_failed* kunit_binary_assert* exc_bp check_stack_* "
	"printk_stack_* fixup_bug rust_begin_unwind should_fail* fail_dump";

/* What runs between the fault and the code that looks at it. */
static const char entries[] =
	"do_error* do_trap* do_invalid_op invalid_op do_*_trap *trap exc_* asm_exc_* "
	"do_general_protection general_protection page_fault async_page_fault do_page_fault "
	"do_user_addr_fault_oops no_context bad_area* bad_page_fault fault_in_kernel_space "
	"page_fault_oops kernelmode_fixup_or_oops do_kern_addr_fault do_kernel_fault "
	"die_kernel_fault do_serror arm64_serror_panic do_bad_area do_translation_fault "
	"do_mem_abort do_sp_pc_abort "
	"do_DataAbort do_PrefetchAbort do_undefinstr do_debug_exception do_el1_* brk_handler "
	"bug_brk_handler call_break_hook el1_* el1h_* dabt_* pabt_* und_* irq_svc irq_usr "
	"fiq_* program_check_* *exception exception_* handle_exception ret_from_exception "
	"do_nmi nmi default_do_nmi nmi_handle end_repeat_nmi asm_sysvec_* sysvec_* "
	"asm_common_interrupt common_interrupt apic_timer_interrupt smp_apic_timer_interrupt "
	"call_function_*interrupt reschedule_interrupt do_IRQ ret_from_intr retint_* "
	"double_fault divide_error do_divide_error do_double_fault stack_segment "
	"do_bad_stack handle_bad_stack bad_mode arm_notify_die baddataabort do_alignment* "
	"do_ade do_bp do_tlbl* do_trap_* ret_from_irq handle_exit_el1";

/* Bytes, strings, lists, trees, bits and counts: the library's answers to any caller. */
static const char tools[] =
	"memcpy* memset* memcmp* memchr* memmove* memscan memzero* memdup* bcmp mmiocpy "
	"mmioset strcmp strncmp strcasecmp strncasecmp strcpy strncpy strlcpy strscpy* "
	"strlcat strcat strncat strlen strnlen strchr* strrchr strnchr strstr strnstr strspn "
	"strcspn strpbrk strsep strim skip_spaces sized_strscpy copy_page* clear_page_* "
	"*copy_to_user* *copy_from_user* *put_user* *get_user* clear_user* copy_user_* "
	"copy_in_user arm_copy_* raw_copy_* arch_copy_* csum_partial* strncpy_from_user "
	"strnlen_user rep_movs* rep_stos* list_add list_add_rcu list_add_tail "
	"list_add_tail_rcu list_del list_del_entry list_del_rcu list_move* list_replace* "
	"list_splice* list_sort hlist_add_* hlist_del hlist_del_rcu refcount_* kref_get* "
	"kref_put* rb_* find_next_bit find_first_bit find_next_zero_bit find_first_zero_bit "
	"find_*_bit_le test_bit set_bit clear_bit test_and_*_bit change_bit atomic_* "
	"arch_atomic* x86_indirect_thunk* indirect_thunk_* local_bh_enable* "
	"local_bh_disable* read_once* write_once* virt_addr_valid virt_to_phys phys_addr "
	"debug_virt_* compiletime_* wake_up* up_console_sem sort sort_r bsearch hex_string "
	"hex_dump_to_buffer crc* aes_* aesti_* crypto_*_encrypt crypto_*_decrypt "
	"crypto_cipher_* crypto_skcipher_* truncate_inode_pages* truncate_pagecache* "
	"pagevec_lookup* sha1_* sha256_* chacha_* xas_* xa_* rhashtable_* rht_* jhash* "
	"bitmap_* cpumask_* llist_* plist_* ref_tracker_* raw_readb raw_readw raw_readl "
	"raw_readq raw_writeb raw_writew raw_writel raw_writeq readb readw readl readq "
	"writeb writew writel writeq ioread* iowrite* inb inw inl outb outw outl logic_in* "
	"logic_out* atomic_dec_and_lock* kfree_skb* consume_skb skb_put* skb_push skb_pull* "
	"skb_unlink skb_queue_* skb_dequeue* skb_trim mark_buffer_dirty dput fast_dput "
	"mntput iput find_get_entr* find_lock_entr* filemap_get_entr* filemap_get_folio* "
	"fput_many";

static const char prints[] =
	"printk* vprintk* pr_cont vscnprintf scnprintf snprintf vsnprintf sprintf vsprintf "
	"kasprintf kvasprintf* string string_nocheck pointer number format_decode va_format "
	"io_serial_in io_serial_out symbol_string dev_printk* dev_vprintk* dev_info "
	"dev_notice dev_warn dev_err dev_alert dev_crit dev_emerg dev_dbg dynamic_*_dbg "
	"dynamic_pr_debug netdev_printk seq_printf seq_vprintf seq_puts wake_up_klogd* "
	"netdev_info netdev_warn netdev_err netdev_dbg";

static const char locks[] =
	"raw_spin_rq_* *spin_lock* *spin_trylock* *spin_unlock* *read_lock raw_read_* "
	"*read_trylock *read_unlock raw_write_* *write_lock* *write_trylock* *write_unlock* "
	"queued_*_lock* queued_*_slowpath* native_queued_* pv_queued_* pv_wait* arch_spin_* "
	"do_raw_* mutex_* ww_mutex_* rt_mutex_* task_blocks_on_rt_mutex* rt_mutex_adjust* "
	"rt_spin_* down down_* up up_read up_write rwsem_* call_rwsem_* rwbase_* osq_lock* "
	"osq_unlock* percpu_down_* percpu_up_* percpu_rwsem_* seqcount_* lock_page* "
	"folio_lock* unlock_page* folio_unlock* wait_for_completion* wait_for_common* "
	"wait_on_page_* folio_wait_* bit_spin_* lg_*_lock ldsem_* semaphore_*";

/* Memory's givers and takers, as their callers know them. */
static const char allocators[] =
	"kmalloc kmalloc_node kmalloc_trace kmalloc_large* kmalloc_order* kmalloc_array* "
	"free_to_partial_list *debug_processing kmalloc_track_caller kmalloc_node_track_caller "
	"kmalloc_slab kmalloc_noprof "
	"kmalloc_*_noprof kzalloc kzalloc_node kzalloc_noprof kcalloc kcalloc_node krealloc "
	"krealloc_array krealloc_noprof kvmalloc kvmalloc_node* kvmalloc_array kvzalloc "
	"kvzalloc_node kvcalloc kvrealloc* vmalloc vmalloc_* vzalloc vzalloc_node "
	"kmem_cache_* cache_alloc* cache_free* do_kmalloc* slab_alloc* slab_free* "
	"slab_post_alloc* do_slab_free kfree kfree_const kfree_bulk kfree_sensitive kvfree* "
	"vfree* vunmap kzfree free_large_kmalloc alloc_pages* alloc_frozen_pages* "
	"folio_alloc* get_free_page* get_zeroed_page* free_pages* free_page "
	"get_page_from_freelist alloc_page_* free_pages_prepare mempool_alloc mempool_free "
	"vmap_* alloc_percpu* pcpu_alloc* free_percpu devm_k*";

/* Names that say that a function makes what its caller wants: of a leak it is not the owner. */
static const char makers[] =
	"*alloc* *kmalloc* *kzalloc* *kcalloc* *vmalloc* *vzalloc* *kvmalloc* *kvzalloc* "
	"*krealloc* *zalloc* *malloc* *calloc* *realloc* *kmem* *slab* alloc_* allocate_* "
	"free_* create_object* *strdup* *strndup* *memdup* kstrdup* kstrndup* kmemdup* "
	"idr_get* idr_pre_get idr_layer_* ida_* idr_alloc* radix_tree_* list_lru_* pcpu_* "
	"mmap cache_grow* new_slab* mempool_* sbitmap_* kasprintf kvasprintf* "
	"kobject_set_name* dev_set_name kobject_init_and_add kobject_add* "
	"debug_objects_mem_init fill_pool xas_* maple_* mas_*";

/* Ends what an owner had put off: the owner's order decides whether that is safe. */
static const char deferrers[] =
	"del_timer* lock_timer_base detach_*timer* sk_stop_timer* sk_reset_timer mod_timer* "
	"timer_delete* timer_shutdown* try_to_del_timer* flush_work flush_delayed_work "
	"start_flush_work cancel_work* cancel_delayed_work* cancel_work_timer "
	"cancel_work_sync try_to_grab_pending work_grab_pending flush_workqueue "
	"drain_workqueue destroy_workqueue queue_work queue_work_on queue_delayed_work* "
	"mod_delayed_work* delayed_work_timer_fn kthread_stop* finish_wait complete "
	"complete_all swake_up_* tasklet_kill tasklet_unlock* touch_work_lockdep_map "
	"touch_wq_lockdep_map add_timer* hrtimer_cancel hrtimer_try_to_* "
	"hrtimer_start_range_ns";

/* Registers and removes what its caller hands it. */
static const char objects[] =
	"kobject_add* kobject_del kobject_put kobject_get kobject_init* kobject_uevent* "
	"kobject_release kobject_cleanup kset_* add_uevent_var get_device_parent device_add "
	"device_del device_register device_unregister device_create* device_destroy "
	"device_for_each_child* device_remove_file* device_remove_groups device_remove_attrs "
	"device_create_file device_add_groups device_add_attrs sysfs_create_* sysfs_remove_* "
	"sysfs_add_* sysfs_warn_dup sysfs_notify sysfs_unmerge_* sysfs_do_create_link* "
	"dpm_sysfs_* create_files remove_files create_dir internal_create_group* "
	"cdev_device_* devres_release* device_release rollback_registered* "
	"unregister_netdevice_queue unregister_netdevice_many* unregister_netdev "
	"tty_unregister_device tty_register_device* hwrng_unregister i2c_del_adapter "
	"unregister_client i2c_unregister_device";

/* The USB core and its host controllers answer for the driver that made the request. */
static const char buses[] =
	"usb_submit_urb usb_start_wait_urb usb_control_msg* usb_internal_control_msg "
	"usb_bulk_msg usb_interrupt_msg usb_kill_urb usb_unlink_urb usb_kill_anchored_urbs "
	"usb_hcd_submit_urb usb_hcd_unlink_urb dummy_urb_enqueue usb_hcd_*_unlink_urb";

static const char waits[] =
	"schedule schedule_* preempt_schedule* *schedule* context_switch* switch_to* "
	"cond_resched* wait_* do_wait_* *wait_on* *wait_for* *wait_event* prepare_to_wait* "
	"*waiter* *completion* *synchronize* cancel_delayed_work* flush_*work* kthread* "
	"*lock* *locked* *slowlock* *lock_slowpath* *down* *rwsem* *mutex* sched_* msleep* "
	"*sched* usleep_* io_schedule* preempt_count_* ret_from_fork* bit_wait* cancel_work* "
	"rcu_barrier* srcu_barrier* do_read_cache_* filemap_read_folio";

static const char rcu[] =
	"rcu_* *rcu* call_rcu* srcu_* synchronize_*rcu* kfree_rcu* kvfree_rcu* "
	"note_gp_changes check_cpu_stall* print_other_cpu_stall* print_cpu_stall* "
	"update_process_times* tick_* hrtimer_* debug_lockdep_rcu_*";

static const char timers[] =
	"debug_* hrtimer_* timer_* *work_* work_* percpu_counter* percpu_ref* "
	"init_timer_key* init_work timer_init_key init_rcu_head* *rcu_head* destroy_timer* "
	"destroy_work* destroy_*_on_stack";

static const char usercopies[] =
	"*usercopy* check_object_size* check_heap_object* check_* copy_overflow";

static const char socks[] = "lock_sock* release_sock* bh_lock_sock*";

/*
 * Who calls the work of others by a number or a pointer; what it called, one
 * frame nearer to the fault, tells reports apart.
 */
static const char dispatchers[] =
	"process_one_work process_scheduled_works do_syscall_* do_fast_syscall_* do_int80_* "
	"x64_sys_call ia32_sys_call sysenter_dispatch tracesys_* entry_SYSCALL* "
	"entry_SYSENTER* entry_INT80* system_call* invoke_syscall* el0_svc* el0_sync* "
	"ret_fast_syscall sys_trace_return syscall_exit* ret_from_syscall* ret_to_user* "
	"handle_syscall* do_trap_ecall_u netif_receive_skb* netif_receive_* do_softirq "
	"softirqentry_text_start handle_softirqs call_timer_fn run_timers* expire_timers "
	"run_timer_* run_hrtimer* hrtimer_run_* run_ksoftirqd smpboot_thread_fn kthread* "
	"start_secondary* cpu_startup_entry secondary_start_kernel rest_init ret_from_fork* "
	"worker_thread vfs_write vfs_read vfs_writev vfs_readv vfs_iter_read vfs_iter_write "
	"do_iter_read* do_iter_write* do_iter_readv_writev do_loop_readv_writev new_sync_* "
	"vfs_ioctl do_vfs_ioctl full_proxy_* blkdev_driver_ioctl blkdev_ioctl call_read_iter "
	"call_write_iter call_mmap mmap_region do_mmap* do_dentry_open vfs_open "
	"sock_sendmsg* sock_recvmsg* sock_release sys_setsockopt do_sock_setsockopt "
	"kernel_setsockopt sock_common_setsockopt sys_listen kernel_listen sk_common_release "
	"sock_mmap sys_accept* kernel_accept sock_do_ioctl sock_ioctl compat_sock_ioctl "
	"nfnetlink_rcv_msg do_fault fput rtnetlink_rcv_msg task_work_run exit_to_usermode* "
	"exit_to_user_mode* irq_exit* invoke_softirq do_idle cpu_idle* vfs_fallocate "
	"tasklet_action* rcu_do_batch rcu_core*";

static const char outers[] =
	"kunit_try_run_case* kunit_generic_run_threadfn* kthread ret_from_fork* "
	"process_one_work process_scheduled_works worker_thread do_one_initcall do_initcalls "
	"kernel_init* start_kernel ret_fast_syscall sys_trace_return invoke_syscall* el0_* "
	"do_syscall_* x64_sys_call entry_* do_idle cpu_startup_entry rest_init "
	"secondary_startup* system_call* x86_64_start_* cpu_idle* start_secondary* "
	"secondary_start_kernel arch_call_rest_init";

static const char procs[] = "proc_* remove_proc_*";

static const struct named classes[] = {
	{ CLASS_REPORT, reports }, { CLASS_ENTRY, entries },
	{ CLASS_TOOL, tools },	   { CLASS_PRINT, prints },
	{ CLASS_LOCK, locks },	   { CLASS_ALLOC, allocators },
	{ CLASS_MAKE, makers },	   { CLASS_DEFER, deferrers },
	{ CLASS_OBJECT, objects }, { CLASS_BUS, buses },
	{ CLASS_WAIT, waits },	   { CLASS_RCU, rcu },
	{ CLASS_TIMER, timers },   { CLASS_USER, usercopies },
	{ CLASS_SOCK, socks },	   { CLASS_DISPATCH, dispatchers },
	{ CLASS_OUTER, outers },   { CLASS_PROC, procs },
};

enum { ENTRIES_MAX = 1200 };

/* What is printed at the end. */
struct table {
	struct class_entry v[ENTRIES_MAX];
	size_t n;
	uint16_t begin[CLASS_HEADS], word[CLASS_HEADS];
};

static void add(struct table *t, const char *pattern, size_t len, unsigned class)
{
	int word = pattern[0] == '*';
	const char *text = pattern + word, *star;
	uint16_t *head = (word ? t->word : t->begin) + class_head(text);

	len -= (size_t)word;
	star = memchr(text, '*', len);
	if (t->n == ENTRIES_MAX || len < 2 || len >= CLASS_NO_STAR || text[0] == '*' ||
	    text[1] == '*') {
		fprintf(stderr, "cannot take '%.*s'\n", (int)len, text);
		exit(1);
	}
	t->v[t->n++] = (struct class_entry){
		.text = strndup(text, len),
		.len = (uint8_t)(star ? (size_t)(star - text) : len),
		.tail = (uint8_t)(star ? len - 1 - (size_t)(star - text) : CLASS_NO_STAR),
		.class = class,
		.next = *head,
	};
	*head = (uint16_t)t->n;
}

static void print_heads(const char *name, const uint16_t *heads)
{
	printf("static const uint16_t %s[CLASS_HEADS] = {\n", name);
	for (size_t i = 0; i < CLASS_HEADS; i++)
		printf("%u,%c", heads[i], i % 16 == 15 ? '\n' : ' ');
	printf("};\n");
}

/* Run by the build: the names above as tables of C. */
int main(void)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return 1;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		for (const char *at = classes[i].names; *at; at += strspn(at, " ")) {
			size_t len = strcspn(at, " ");

			add(t, at, len, classes[i].class);
			at += len;
		}
	printf("static const struct class_entry entries[] = {\n");
	for (size_t i = 0; i < t->n; i++)
		printf("{ \"%s\", %#x, %u, %u, %u },\n", t->v[i].text, t->v[i].class, t->v[i].next,
		       t->v[i].len, t->v[i].tail);
	printf("};\n");
	print_heads("begin_heads", t->begin);
	print_heads("word_heads", t->word);
	for (size_t i = 0; i < t->n; i++)
		free((char *)t->v[i].text);
	free(t);
	return 0;
}
